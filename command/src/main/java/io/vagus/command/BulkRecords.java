package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where bulk commands are kept, each with its devices in their order. What is written is durable
 * when the call returns. Calls may block on disk. Thread-safe.
 */
public interface BulkRecords {
  /** That many may go on at once. */
  int MAX_UNSETTLED = 100;

  /**
   * Writes a new one, with its event.
   *
   * @param members in order
   * @param committed runs when it is durable
   */
  void create(Bulk bulk, List<Member> members, Runnable committed);

  Optional<Bulk> find(String id);

  /** The newest first. */
  Page<Bulk> page(Optional<String> cursor, int limit);

  /** Those of which something may still become. */
  List<Bulk> unsettled();

  /**
   * Moves one, with its event, or leaves it where it is when it moved meanwhile.
   *
   * @param committed runs when it is durable
   * @return whether it was where it was thought to be
   */
  boolean move(Bulk before, Bulk after, Runnable committed);

  /**
   * The turn was of devices.
   *
   * @param asked of so many by now
   * @param rejected why, by place
   */
  void asked(String bulk, long asked, Map<Long, String> rejected);

  /** Nothing more becomes of it. */
  void settled(String bulk);

  BulkProgress progress(Bulk bulk);

  /** Those behind a place, in order. */
  List<Member> members(String bulk, long place, int limit);

  /** What became of each device, in order. */
  Page<Outcome> outcomes(Bulk bulk, Which which, Optional<String> cursor, int limit);

  /**
   * A device of a bulk command.
   *
   * @param place from 1
   * @param command the id that its command has or will have
   */
  record Member(long place, DeviceId device, String command) {}

  /**
   * What became of a device.
   *
   * @param rejected why no command was made; empty otherwise
   * @param command when it was made and is still kept
   */
  record Outcome(Member member, Optional<String> rejected, Optional<Command> command) {}

  /** Which devices. */
  sealed interface Which {}

  record All() implements Which {}

  /** Whose turn has not come. */
  record Waiting() implements Which {}

  record Rejected() implements Which {}

  /** Whose end is another than success, or who will not be asked. */
  record Unsuccessful() implements Which {}

  record In(CommandState state) implements Which {}
}
