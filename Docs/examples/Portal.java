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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A portal in small: registers a company with Registrar, and prints what becomes of it. It also plays
 * the customs authority's back office, which grants the request.
 *
 * <p>Needs the RabbitMQ client (Debian: librabbitmq-client-java) and Java 17. With "make demo-keep"
 * running:
 *
 * <pre>
 * jars=/usr/share/java
 * java -cp $jars/amqp-client.jar:$jars/slf4j-api.jar:$jars/slf4j-nop.jar Docs/examples/Portal.java \
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

    /**
     * Prints what is said about the request, and grants it once it is there. Completes {@code result}
     * with whether there is an account in the end.
     */
    private void follow(String request, Portal backOffice, CompletableFuture<Boolean> result)
            throws IOException {
        // A queue of the portal's own, which fills while the portal is away.
        String queue = user + ".events";
        channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
        channel.queueBind(queue, EVENTS, "status.#");
        channel.queueBind(queue, EVENTS, "problem.#");
        AtomicBoolean decided = new AtomicBoolean();
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
                    switch (properties.getType()) {
                        case "lu.etat.do.status.request.v1" -> {
                            if (decided.compareAndSet(false, true)) {
                                decide(request, backOffice, result);
                            }
                        }
                        case "lu.etat.do.status.account.v1" -> result.complete(true);
                        case "lu.etat.do.problem.request.v1" -> result.complete(false);
                        default -> { }
                    }
                }
                reading.basicAck(envelope.getDeliveryTag(), false);
            }
        });
    }

    private static void decide(String request, Portal backOffice, CompletableFuture<Boolean> result) {
        try {
            backOffice.send(UUID.randomUUID().toString(), "approval.decision", request, grant(request));
        } catch (Exception exception) {
            result.completeExceptionally(exception);
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("usage: Portal PORTAL-URL BACK-OFFICE-URL EORI");
            System.exit(64);
        }
        Portal portal = new Portal(arguments[0]);
        Portal backOffice = new Portal(arguments[1]);
        String request = UUID.randomUUID().toString();
        CompletableFuture<Boolean> result = new CompletableFuture<>();
        // First listen, then speak: what is said before the queue is bound is not in it.
        portal.follow(request, backOffice, result);
        portal.send(UUID.randomUUID().toString(), "registration.access.company", request,
            registration(request, arguments[2]));
        boolean succeeded = false;
        try {
            succeeded = result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException exception) {
            System.err.println("Registrar did not answer within " + PATIENCE_SECONDS + " s");
        }
        portal.connection.close();
        backOffice.connection.close();
        System.exit(succeeded ? 0 : 1);
    }
}
