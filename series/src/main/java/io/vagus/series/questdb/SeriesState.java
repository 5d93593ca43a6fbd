package io.vagus.series.questdb;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * What must outlive a crash beside the rows: which spans have roll-ups that may be behind, how far
 * retention got, how many series had a number. Written before what depends on it: a span is on disk
 * as marked before the first row that marks it is written, and until its roll-up is durable. {@code
 * rebuiltMicros} is when raw readings were last lost: minutes from before that stay.
 *
 * <p>The file: {@code magic:u32 series:u32 rawHorizon:s64 minuteHorizon:s64 rebuilt:s64 (count:u32
 * span:s64*) twice, for minutes and hours, crc32c:u32}.
 */
record SeriesState(
    int seriesCount,
    long rawHorizonMicros,
    long minuteHorizonMicros,
    long rebuiltMicros,
    SortedSet<Long> minuteSpans,
    SortedSet<Long> hourSpans) {
  private static final int MAGIC = 0x56535431; // "VST1"
  private static final int FIXED_BYTES = 44;

  static SeriesState empty() {
    return new SeriesState(0, 0, 0, 0, new TreeSet<>(), new TreeSet<>());
  }

  SeriesState rebuiltAt(long micros) {
    return new SeriesState(
        seriesCount, rawHorizonMicros, minuteHorizonMicros, micros, minuteSpans, hourSpans);
  }

  /** {@link ErrorCode#DATA_CORRUPT} when the file is damaged; empty when there is none. */
  static SeriesState read(Path path) throws IOException {
    if (!Files.exists(path)) {
      return empty();
    }
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(path));
    int end = in.limit() - Integer.BYTES;
    if (end < FIXED_BYTES - Integer.BYTES
        || crc(in.slice(0, end)) != in.getInt(end)
        || in.getInt() != MAGIC) {
      throw new VagusException(
          ErrorCode.DATA_CORRUPT, path.getFileName() + ": checksum does not match");
    }
    return new SeriesState(
        in.getInt(), in.getLong(), in.getLong(), in.getLong(), spans(in), spans(in));
  }

  void write(Path path) throws IOException {
    int size = FIXED_BYTES + Long.BYTES * (minuteSpans.size() + hourSpans.size());
    ByteBuffer out = ByteBuffer.allocate(size);
    out.putInt(MAGIC).putInt(seriesCount);
    out.putLong(rawHorizonMicros).putLong(minuteHorizonMicros).putLong(rebuiltMicros);
    for (SortedSet<Long> spans : List.of(minuteSpans, hourSpans)) {
      out.putInt(spans.size());
      spans.forEach(out::putLong);
    }
    out.putInt(crc(out.slice(0, out.position()))).flip();
    DurableFiles.replace(path, out);
  }

  private static SortedSet<Long> spans(ByteBuffer in) {
    List<Long> spans = new ArrayList<>();
    for (int i = in.getInt(); i > 0; i--) {
      spans.add(in.getLong());
    }
    return new TreeSet<>(spans);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
