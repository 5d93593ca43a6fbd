package io.vagus.api;

import io.vagus.api.Timeline.Range;
import io.vagus.api.TimelineItem.Kind;
import io.vagus.api.TimelineItem.Level;
import io.vagus.ledger.Ledger;
import io.vagus.ledger.MessageFilter;
import io.vagus.ledger.Note;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.wire.NoteCodec;
import io.vagus.wire.NoteLine;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a device says happened, and its log lines. A line is where the device says it was; without a
 * time, or with one that had not come yet, where the message came. Immutable.
 */
final class TimelineNotes {
  private static final int MAX_MESSAGES = 10_000;
  private static final Comparator<TimelineItem> NEWEST_FIRST =
      Comparator.comparingLong(TimelineItem::timeMicros).reversed();

  private final Ledger ledger;
  private final DeviceId device;

  TimelineNotes(Ledger ledger, DeviceId device) {
    this.ledger = ledger;
    this.device = device;
  }

  List<TimelineItem> events(Range range, int limit) {
    return lines(Channel.EVENTS, Kind.EVENT, range, limit);
  }

  List<TimelineItem> logs(Range range, int limit) {
    return lines(Channel.LOGS, Kind.LOG, range, limit);
  }

  /** A line came after it was written: those of the range are in what came since its begin. */
  private List<TimelineItem> lines(Channel channel, Kind kind, Range range, int limit) {
    MessageFilter since = new MessageFilter(device, range.fromMicros(), Long.MAX_VALUE);
    return ledger.notes(since, channel, MAX_MESSAGES).stream()
        .flatMap(note -> lines(note, kind))
        .filter(i -> i.timeMicros() >= range.fromMicros() && i.timeMicros() < range.toMicros())
        .sorted(NEWEST_FIRST)
        .limit(limit)
        .toList();
  }

  private static Stream<TimelineItem> lines(Note note, Kind kind) {
    long received = note.receivedMicros();
    return NoteCodec.decode(note.payload()).stream()
        .map(line ->
            TimelineItem.at(
                    Math.min(line.timeMicros().orElse(received), received),
                    kind,
                    level(line.level()),
                    line.text(),
                    "")
                .of(note.id()));
  }

  private static Level level(NoteLine.Level level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARNING -> Level.WARNING;
      case NONE, DEBUG, INFO -> Level.INFO;
    };
  }
}
