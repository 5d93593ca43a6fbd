package io.vagus.ingest.http;

import io.vagus.ingest.ListenerParts;
import io.vagus.model.Transport;
import java.net.InetSocketAddress;
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
    Optional<InetSocketAddress> api,
    DateHeader date,
    AtomicLong bodyBudgetBytes) {}
