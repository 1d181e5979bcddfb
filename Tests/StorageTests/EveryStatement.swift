@testable import Storage

extension Statement {
    /// Every one that is declared, for whoever has to look at all: LayoutTests find what is
    /// missing.
    static let all: [Statement] = [
        // Statements
        .begin, .commit, .rollback, .setSavepoint, .releaseSavepoint, .rollbackToSavepoint,
        .accountByIdentifier, .accountByPlace, .accountsByEORI, .accountsByPersonAndEORI,
        .managingAccounts, .accountsByEntitlement, .accountsByEntitlementKind, .accountState,
        .insertAccount, .updateAccount,
        .insertEntitlement, .deleteEntitlements, .personByIdentifier, .personBySubject,
        .recordPerson, .requestByIdentifier, .requestState, .insertRequest, .updateRequest,
        .openRequestOfEORI, .openRequestOfPerson, .otherRequest, .remarksAt, .operatorByEORI,
        .recordOperator, .insertText, .insertReason, .insertDocument, .requestsByPerson,
        .accountsByPerson, .standingAccount, .textsByPerson, .documentsByPerson, .messagesByPerson,
        .recipientsByPerson, .inboxEntry, .insertInboxEntry, .deleteInboxEntry, .insertJournalEntry,
        .insertUnknownRequest, .journalHash, .journalEntries, .lastCheckpoint, .insertCheckpoint,
        .phrase, .insertPhrase, .insertOutboxRecord, .insertOutboxAbout, .insertPayload,
        .settledPayloads, .deletePayloads, .settleRecords, .pendingPayloads, .oldestPayload,
        .attempts, .countAttempt, .clearAttempts, .run, .setRun, .setTraces, .setTally,
        // Statements+Cascade
        .insertCascade, .updateCascade, .deleteCascade, .cascadesDue, .cascadeOfEORI,
        .cascadeOfPerson, .deleteCascadesOfPerson, .nextCascade,
        // Statements+Certainty
        .journalTime, .certainTime, .setCertainTime, .deleteCertainTime,
        // Statements+Clock
        .dueReminders, .dueEscalations, .dueExpiries, .nextReminder, .nextEscalation, .nextExpiry,
        .dueErasures, .nextErasure, .oldestOpenRequest, .ordersByAccount, .orderState, .recordOrder,
        .removeOrder, .dueOrders, .nextOrder,
        // Statements+Deferred
        .insertDeferred, .insertDeferredMessage, .deferredByRequest, .deferredBySequence,
        .deferredByUser, .deferredDue, .deleteDeferred, .deleteDeferredMessage, .postponeDeferred,
        .hastenDeferred, .nextAttempt,
        // Statements+Duties
        .stateField, .fieldsByRequest, .requestsByPlate, .deleteFields, .statementsByPerson,
        .insertAuthorisation, .updateAuthorisation, .authorisationByNumber, .authorisationByRequest,
        .activeAuthorisations, .authorisationsByPerson, .insertObligation, .updateObligation,
        .obligationByIdentifier, .obligationsByNumber, .obligationsByReference,
        .obligationsWithoutDay, .insertOutage, .updateOutage, .lastOutage,
        .obligationsOfKind, .runningObligationsByNumber, .heldGuarantees,
        .guaranteesByEORI, .guaranteesByRequest, .guaranteesByPerson,
        .obligationsByRequest, .obligationsByPerson, .dueWarnings, .nextWarning, .dueLapses,
        .insertGuarantee, .updateGuarantee, .guaranteeByIdentifier, .nextLapse, .dueObligations,
        .nextObligation, .dueOverdue, .nextOverdue,
        // Statements+DutyLists
        .authorisations, .authorisationsOfEORI, .authorisationsOfOthers, .runningByDay,
        .runningOfEORI, .obligationsOfNumber, .endedObligations, .guarantees, .guaranteesOfEORI,
        .guaranteesOfNumber, .accountCount,
        // Statements+Disclosure
        .textsByRequest, .documentsByRequest, .messagesAboutPerson, .messagesToNote,
        .insertDisclosurePart, .disclosurePart, .deleteDisclosurePart, .eraseDisclosureParts,
        .recordDisclosure, .disclosureByPerson, .deleteDisclosure,
        // Statements+Erasure
        .beginErasure, .erasureByPerson, .oldestErasures, .updateErasure, .deleteErasure,
        .requestsToErase, .accountsToErase, .deletePerson, .keepStory, .deleteRequest, .deleteTexts,
        .deleteReasons, .deleteDocuments, .messagesToErase, .forgetMessages, .settleErased,
        .unsentReplays, .deferredNaming, .deferredByWord, .insertSurrogate, .surrogateByEORI,
        .surrogatesToErase, .passOnSurrogate, .concealRequest, .dropSurrogate, .deleteSurrogate,
        .insertDeferredAbout, .deleteDeferredAbout, .noteRecipient, .notedRecipients,
        .deleteRecipients,
        // Statements+Letters
        .insertLetter, .deleteLetter, .letterByIdentifier, .letterState, .letterOrder, .orderLetter,
        .letGoLetter, .sentLetter, .lettersAfter, .newestLetters, .lettersOfSender, .dueLetters,
        .nextLetter, .dueLetterErasures, .nextLetterErasure,
        // Statements+OpenRequests
        .openRequests, .openRequestsOfPerson, .openRequestUnrestricted,
        // Statements+Parked
        .parkableMessage, .parkedStream, .insertParkedStream, .setParkedReason,
        .insertParkedPayload, .parkedPlace, .parkedStreams, .lastParkedStream, .parkedPayloads,
        .settledParked, .deleteParkedPayloads, .deleteParkedStream, .oldestParked,
        // Statements+Reading
        .requests, .requestsOfPerson, .openRequestsOfEORI, .oldestOpenRequestOfAll, .accounts,
        .accountsOfEORI, .accountsOfPerson, .orders, .ordersOfAccount, .textsOfRequest,
        .reasonsOfRequest, .parkedMessages, .pendingMessages,
        .deferredMessages, .checkpointsAfter, .timeline, .messagesOfEntry, .journalHead,
        .lastOutboxSequence, .traces, .erasures, .tallies, .checkpoints, .wrongTallies,
    ]
}
