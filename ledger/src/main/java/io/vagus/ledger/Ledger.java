package io.vagus.ledger;

import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.util.List;
import java.util.Optional;

/**
 * What became of every message: the proof that none was lost. A message is one MQTT publish or one
 * HTTP request, whatever number of readings it carries. Thread-safe.
 */
public interface Ledger {

  /** The counts now; they balance at any moment, messages under way included. */
  Balance balance();

  /**
   * One message's way.
   *
   * @param id as the server gave it ({@link MessageTrace#id}), or the device's own
   */
  List<MessageTrace> trace(String id, Optional<DeviceId> device);

  /**
   * A device's messages, newest first.
   *
   * @param outcome of those wanted; looked for among the newest some thousand
   */
  Page<MessageTrace> recent(DeviceId device, Optional<Outcome> outcome, int limit);

  /** A device's messages of a time, newest first; empty when they are too far back to be found. */
  List<MessageTrace> messages(MessageFilter filter, int limit);

  /**
   * What a device said happened, or its log lines, newest first.
   *
   * @param channel {@link Channel#EVENTS} or {@link Channel#LOGS}
   */
  List<Note> notes(MessageFilter filter, Channel channel, int limit);

  /** Messages that could not be read or broke their model, newest first. */
  Page<DeadLetter> deadLetters(DeadLetterFilter filter, Optional<String> cursor, int limit);

  /** One dead letter with its payload. */
  Optional<DeadLetter> deadLetter(String id);

  /**
   * Puts a dead letter back, to be judged by the model now in force; it comes as a new message of
   * {@link io.vagus.model.Transport#REPLAY}. Blocks until that is durable. CONFLICT when it was put
   * back before.
   *
   * @return id of the new message; empty when there is no such dead letter
   */
  Optional<String> replay(String deadLetterId);

  /** Duplicates with the way and time of both copies, newest first. */
  Page<Duplicate> duplicates(DuplicateFilter filter, Optional<String> cursor, int limit);

  /** Silences and missing sequence numbers that are not filled yet, newest first. */
  Page<Gap> gaps(GapFilter filter, Optional<String> cursor, int limit);
}
