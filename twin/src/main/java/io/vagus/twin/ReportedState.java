package io.vagus.twin;

import io.vagus.model.DeviceId;
import io.vagus.model.Document;
import io.vagus.model.DocumentPatch;
import io.vagus.model.Reported;
import io.vagus.wire.DocumentCodec;
import io.vagus.wire.Report;
import io.vagus.wire.Sample;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The reported state of one device: for each field the newest word on it, so that reports in any
 * order come to the same state. Not thread-safe.
 *
 * <p>Each path has at most one entry, a value or that there is none. An entry gives way to a newer
 * one at its path or above it, and a value also to a newer entry below it (RFC 7386: a field that
 * gets a field becomes a branch). So what is below an entry is newer than it, and an entry is only
 * let in when nothing at its path or above is newer. Entries without a value are what keeps an
 * older report from bringing back what was taken away; of those only the newest are kept.
 */
public final class ReportedState {
  private static final int MAX_ABSENT = 256;
  private static final byte FORMAT = 1;

  /** {@code json} null: there is no value here since then. */
  private record Entry(@Nullable String json, long timeMicros, long sequence, long changedMicros) {

    boolean isNewerThan(long otherMicros, long otherSequence) {
      return timeMicros > otherMicros || (timeMicros == otherMicros && sequence > otherSequence);
    }

    Entry absent() {
      return new Entry(null, timeMicros, sequence, timeMicros);
    }
  }

  private TreeMap<String, Entry> entries = new TreeMap<>();
  private long desiredVersion;
  private long desiredSaidMicros = Long.MIN_VALUE;
  private long receivedMicros;

  /**
   * Takes a report in, or leaves everything as it was: a {@link io.vagus.kit.VagusException} names
   * the bound that it would break.
   *
   * @param timeMicros by the device's corrected clock; the time of receipt when it gave none
   * @param pointers makes equal pointers of many devices one text
   * @return whether a value, or the version that the device answered, is another now
   */
  public boolean apply(
      Report report, long timeMicros, long nowMicros, UnaryOperator<String> pointers) {
    TreeMap<String, Entry> after = new TreeMap<>(entries);
    for (DocumentPatch.Edit edit : report.patch().edits()) {
      enter(after, edit, timeMicros, report.sequence(), pointers);
    }
    forgetOldest(after);
    Document then = document(after);
    DocumentCodec.requireBounds(then, "reported");
    boolean changed = !then.equals(document(entries));
    entries = after;
    if (report.desiredVersion() != Sample.ABSENT && timeMicros >= desiredSaidMicros) {
      changed |= desiredVersion != report.desiredVersion();
      desiredVersion = report.desiredVersion();
      desiredSaidMicros = timeMicros;
    }
    receivedMicros = Math.max(receivedMicros, nowMicros);
    return changed;
  }

  /** One that changes without this one. */
  public ReportedState copy() {
    ReportedState copy = new ReportedState();
    copy.entries = entries; // replaced as a whole, never changed
    copy.desiredVersion = desiredVersion;
    copy.desiredSaidMicros = desiredSaidMicros;
    copy.receivedMicros = receivedMicros;
    return copy;
  }

  private static void enter(
      TreeMap<String, Entry> into,
      DocumentPatch.Edit edit,
      long timeMicros,
      long sequence,
      UnaryOperator<String> pointers) {
    Entry known = into.get(edit.pointer());
    if (known != null && known.isNewerThan(timeMicros, sequence)) {
      return;
    }
    for (String above : Document.ancestors(edit.pointer())) {
      Entry entry = into.get(above);
      if (entry != null && entry.isNewerThan(timeMicros, sequence)) {
        return;
      }
    }
    for (String above : Document.ancestors(edit.pointer())) {
      into.computeIfPresent(above, (pointer, entry) -> entry.absent());
    }
    Map<String, Entry> below = Document.below(into, edit.pointer());
    below.values().removeIf(entry -> !entry.isNewerThan(timeMicros, sequence));
    String json = edit instanceof DocumentPatch.Put put && below.isEmpty() ? put.json() : null;
    long changedMicros = timeMicros;
    if (known != null && json != null && json.equals(known.json)) {
      changedMicros = known.changedMicros;
    }
    into.put(pointers.apply(edit.pointer()), new Entry(json, timeMicros, sequence, changedMicros));
  }

  private static void forgetOldest(TreeMap<String, Entry> of) {
    long absent = of.values().stream().filter(entry -> entry.json == null).count();
    while (absent > MAX_ABSENT) {
      Map.Entry<String, Entry> oldest = null;
      for (Map.Entry<String, Entry> entry : of.entrySet()) {
        boolean older =
            oldest == null || entry.getValue().timeMicros < oldest.getValue().timeMicros;
        oldest = entry.getValue().json == null && older ? entry : oldest;
      }
      if (oldest != null) {
        of.remove(oldest.getKey());
      }
      absent--;
    }
  }

  private static Document document(TreeMap<String, Entry> of) {
    TreeMap<String, String> fields = new TreeMap<>();
    of.forEach((pointer, entry) -> {
      if (entry.json != null) {
        fields.put(pointer, entry.json);
      }
    });
    return new Document(fields);
  }

  /** As others see it. */
  public Reported view(DeviceId device) {
    TreeMap<String, Reported.Field> fields = new TreeMap<>();
    entries.forEach((pointer, entry) -> {
      if (entry.json != null) {
        fields.put(pointer, new Reported.Field(entry.json, entry.timeMicros, entry.changedMicros));
      }
    });
    return new Reported(device, fields, desiredVersion, receivedMicros);
  }

  /** What {@link #decode} reads. */
  public byte[] encode() {
    int size = 29;
    for (Map.Entry<String, Entry> e : entries.entrySet()) {
      String json = e.getValue().json;
      size += 33 + 3 * (e.getKey().length() + (json == null ? 0 : json.length()));
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(FORMAT).putLong(desiredVersion).putLong(desiredSaidMicros).putLong(receivedMicros);
    out.putInt(entries.size());
    entries.forEach((pointer, entry) -> {
      put(out, pointer);
      out.putLong(entry.timeMicros).putLong(entry.sequence).putLong(entry.changedMicros);
      out.put((byte) (entry.json == null ? 0 : 1));
      if (entry.json != null) {
        put(out, entry.json);
      }
    });
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /** What {@link #encode} wrote; what a file holds is read by all later releases. */
  public static ReportedState decode(byte[] bytes, UnaryOperator<String> pointers) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte format = in.get();
    if (format != FORMAT) {
      throw new IllegalArgumentException("reported state: format " + format + " (expected: 1)");
    }
    ReportedState state = new ReportedState();
    state.desiredVersion = in.getLong();
    state.desiredSaidMicros = in.getLong();
    state.receivedMicros = in.getLong();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      String pointer = pointers.apply(text(in));
      long time = in.getLong();
      long sequence = in.getLong();
      long changed = in.getLong();
      String json = in.get() == 0 ? null : text(in);
      state.entries.put(pointer, new Entry(json, time, sequence, changed));
    }
    return state;
  }

  private static void put(ByteBuffer out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.putInt(utf8.length).put(utf8);
  }

  private static String text(ByteBuffer in) {
    byte[] utf8 = new byte[in.getInt()];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
