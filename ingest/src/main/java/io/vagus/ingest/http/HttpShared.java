package io.vagus.ingest.http;

import io.vagus.ingest.ApiBehind;
import io.vagus.ingest.ListenerParts;
import io.vagus.model.Transport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the connections of one HTTP listener share.
 *
 * @param bodyBudgetBytes what the bodies on their way in may still take together
 */
record HttpShared(
    ListenerParts parts,
    Transport transport,
    Optional<ApiBehind> api,
    DateHeader date,
    AtomicLong bodyBudgetBytes) {}
