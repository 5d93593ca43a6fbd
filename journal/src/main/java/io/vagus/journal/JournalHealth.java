package io.vagus.journal;

import java.util.List;

/**
 * How the journal is.
 *
 * @param stalled why appending stands still, such as a full disk, or "stopped" for good; empty when
 *     it does not
 * @param behind that more is durable than consumers keep up with; empty when they do
 * @param backlogBytes durable, and not yet released by any consumer
 * @param queuedBytes waiting to become durable
 * @param oldestQueuedNanos how long the first of them has waited
 * @param segments files held
 * @param sizeBytes of all segments
 * @param corrupt what was found unreadable: file, position, and the offsets it holds
 */
public record JournalHealth(
    String stalled,
    String behind,
    long backlogBytes,
    long queuedBytes,
    long oldestQueuedNanos,
    int segments,
    long sizeBytes,
    List<String> corrupt) {}
