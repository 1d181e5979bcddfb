import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A portal in small: registers a company with Registrar, and prints what becomes of it. It also plays
 * the customs authority's back office, which grants the request.
 *
 * <p>Needs the RabbitMQ client (Debian: librabbitmq-client-java) and Java 17. With "make demo-keep"
 * running:
 *
 * <pre>
 * java -cp '/usr/share/java/*' Docs/examples/Portal.java \
 *     amqp://ntp-portal:ntp-portal@127.0.0.1:PORT/%2F \
 *     amqp://customs-backoffice:customs-backoffice@127.0.0.1:PORT/%2F LU12345678
 * </pre>
 */
public final class Portal {
    private static final String EVENTS = "registrar.out";
    private static final int PATIENCE_SECONDS = 30;

    private final Connection connection;
    private final Channel channel;
    private final String user;

    private Portal(String url) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(url);
        user = factory.getUsername();
        connection = factory.newConnection();
        channel = connection.createChannel();
        channel.confirmSelect();
        channel.addReturnListener((code, text, exchange, key, properties, body) ->
            System.err.println("no queue takes " + key + ": " + text));
    }

    /**
     * Sends one event, and returns when the broker has it on disk. After an exception, send it again
     * with the same id: Registrar acts on it once, however often it comes.
     */
    private synchronized void send(String id, String routingKey, String subject, String data)
            throws Exception {
        String type = "lu.etat.do." + routingKey + ".v1";
        String event = """
            {"specversion": "1.0", "id": %s, "source": %s, "type": %s, "time": %s, "subject": %s,
             "datacontenttype": "application/json", "data": %s}"""
            .formatted(json(id), json("urn:luccs:" + user), json(type), json(Instant.now().toString()),
                json(subject), data);
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
            .contentType("application/cloudevents+json")
            .deliveryMode(2)
            .messageId(id)
            .type(type)
            // The login: RabbitMQ checks it, and Registrar looks up what it may say.
            .userId(user)
            .build();
        boolean mandatory = true;
        channel.basicPublish("registrar.in", routingKey, mandatory, properties,
            event.getBytes(StandardCharsets.UTF_8));
        channel.waitForConfirmsOrDie(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }

    /** A JSON string. */
    private static String json(String text) {
        StringBuilder escaped = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            if (character == '"' || character == '\\') {
                escaped.append('\\').append(character);
            } else if (character < ' ') {
                escaped.append(String.format("\\u%04x", (int) character));
            } else {
                escaped.append(character);
            }
        }
        return escaped.append('"').toString();
    }

    private static String registration(String request, String eori) {
        return """
            {"requestId": %s, "eori": %s, "operations": ["import", "transit"], "termsAccepted": true,
             "applicant": {"subject": "eaccess:7f3c", "authentication": "luxtrust",
               "familyName": "Weber", "givenName": "Anne", "email": "anne.weber@example.lu"}}"""
            .formatted(json(request), json(eori));
    }

    private static String grant(String request) {
        return """
            {"requestId": %s, "outcome": "granted", "operations": ["import"], "remarks": "",
             "actor": {"role": "customs-authority", "subject": "eaccess:4711", "name": "Jo Muller"}}"""
            .formatted(json(request));
    }

    /** Prints what is said about the request, and grants it once it is there. */
    private void follow(String request, Portal backOffice, CountDownLatch done) throws IOException {
        // A queue of the portal's own, which fills while the portal is away.
        String queue = user + ".events";
        channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
        channel.queueBind(queue, EVENTS, "status.#");
        channel.queueBind(queue, EVENTS, "problem.#");
        AtomicBoolean granted = new AtomicBoolean();
        // A channel of its own: waiting for a confirm must not keep deliveries waiting.
        Channel reading = connection.createChannel();
        reading.basicConsume(queue, false, new DefaultConsumer(reading) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties,
                    byte[] body) throws IOException {
                // What it is and which request it is about stand in the properties as well.
                if (request.equals(properties.getCorrelationId())) {
                    System.out.println(properties.getType());
                    System.out.println("  " + new String(body, StandardCharsets.UTF_8));
                    try {
                        if (properties.getType().equals("lu.etat.do.status.request.v1")
                                && granted.compareAndSet(false, true)) {
                            backOffice.send(UUID.randomUUID().toString(), "approval.decision", request,
                                grant(request));
                        }
                    } catch (Exception exception) {
                        throw new IOException("the decision was not sent", exception);
                    }
                    if (properties.getType().equals("lu.etat.do.status.account.v1")) {
                        done.countDown();
                    }
                }
                reading.basicAck(envelope.getDeliveryTag(), false);
            }
        });
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: Portal PORTAL-URL BACK-OFFICE-URL EORI");
            System.exit(64);
        }
        Portal portal = new Portal(arguments[0]);
        Portal backOffice = new Portal(arguments[1]);
        String request = UUID.randomUUID().toString();
        CountDownLatch done = new CountDownLatch(1);
        // First listen, then speak: what is said before the queue is bound is not in it.
        portal.follow(request, backOffice, done);
        portal.send(UUID.randomUUID().toString(), "registration.access.company", request,
            registration(request, arguments[2]));
        boolean came = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        portal.connection.close();
        backOffice.connection.close();
        if (!came) {
            System.err.println("there was no account within " + PATIENCE_SECONDS + " s");
            System.exit(1);
        }
    }
}
