package io.vagus.journal;

import java.util.List;

/**
 * How the journal is.
 *
 * @param stalled why appending stands still, such as a full disk, or "stopped" for good; empty when
 *     it does not
 * @param queuedBytes waiting to become durable
 * @param oldestQueuedNanos how long the first of them has waited
 * @param segments files held
 * @param sizeBytes of all segments
 * @param corrupt what was found unreadable: file, position, and the offsets it holds
 */
public record JournalHealth(
    String stalled,
    long queuedBytes,
    long oldestQueuedNanos,
    int segments,
    long sizeBytes,
    List<String> corrupt) {}
