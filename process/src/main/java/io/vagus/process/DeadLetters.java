package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFolder;
import io.vagus.ledger.DeadLetter;
import io.vagus.ledger.DeadLetterFilter;
import io.vagus.ledger.MessageId;
import io.vagus.model.Envelope;
import io.vagus.model.Page;
import io.vagus.wire.EnvelopeCodec;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that could not be accepted, each with a copy of itself, so that they outlive the
 * journal's retention. Thread-safe.
 *
 * <p>Record: {@code byte} reason, text why, text device, the envelope as {@link EnvelopeCodec}
 * writes it. That one was put back is a frame of its offset in a file beside them.
 */
final class DeadLetters implements AutoCloseable {
  private static final int TRAILER_BYTES = 4;

  private static final String FOLDER = "dead-letters";
  private static final String REPLAYED = "dead-letters-replayed";

  private final RecordLog log;
  private final FrameFile replayedFile;
  private final Set<Long> replayed = ConcurrentHashMap.newKeySet();

  DeadLetters(Path folder, long maxBytes) {
    this.log = new RecordLog(folder.resolve(FOLDER), maxBytes);
    this.replayedFile =
        FrameFile.open(folder.resolve(REPLAYED), (at, content) -> replayed.add(content.getLong()));
  }

  void add(long offset, Envelope envelope, Effects effects) {
    log.add(
        offset,
        out -> {
          out.putByte(effects.reason.id()).putText(effects.why);
          out.putText(envelope.device().value());
          EnvelopeCodec.encode(envelope, out.room(EnvelopeCodec.maxBytes(envelope)));
        });
  }

  void force() {
    log.force();
  }

  /** Notes for good that a message was put back; false when it was before. */
  synchronized boolean markReplayed(long offset) {
    if (!replayed.add(offset)) {
      return false;
    }
    Bytes content = Bytes.ofCapacity(8);
    content.putLong(offset);
    replayedFile.append(content);
    replayedFile.force();
    return true;
  }

  boolean isReplayed(long offset) {
    return replayed.contains(offset);
  }

  Optional<DeadLetter> find(long offset) {
    return log.find(offset, content -> read(offset, content));
  }

  Page<DeadLetter> newest(DeadLetterFilter filter, long below, int limit) {
    RecordLog.Part<DeadLetter> part =
        log.newest(
            below,
            limit,
            content -> {
              content.rewind();
              long offset = content.getLong();
              return isCandidate(filter, content) ? matching(filter, read(offset, content)) : null;
            });
    return new Page<>(
        part.items(), part.next() < 0 ? Optional.empty() : Optional.of(cursor(part.next())));
  }

  static String cursor(long offset) {
    return new MessageId(offset).toString();
  }

  private static @Nullable DeadLetter matching(DeadLetterFilter filter, DeadLetter letter) {
    return filter.matches(letter) ? letter : null;
  }

  /** What costs little is looked at first; leaves the content after the offset. */
  private static boolean isCandidate(DeadLetterFilter filter, Bytes content) {
    ErrorCode reason = ErrorCode.ofId(content.getByte() & 0xFF);
    boolean candidate = filter.reason().isEmpty() || filter.reason().get() == reason;
    if (candidate && filter.device().isPresent()) {
      content.getText();
      candidate = content.getText().equals(filter.device().get().value());
    }
    content.rewind();
    content.getLong();
    return candidate;
  }

  private DeadLetter read(long offset, Bytes content) {
    ErrorCode reason = ErrorCode.ofId(content.getByte() & 0xFF);
    String why = content.getText();
    content.getText();
    byte[] encoded = content.getBytes(content.remaining() - TRAILER_BYTES);
    Envelope envelope = (Envelope) EnvelopeCodec.decode(encoded, 0, encoded.length);
    return new DeadLetter(
        new MessageId(offset).toString(), reason, why, envelope, isReplayed(offset));
  }

  /**
   * Keeps what was added and put back so far. Before the journal is kept: a message that counts as
   * put back is in it.
   */
  synchronized void snapshot(SnapshotFolder to, String name) {
    log.snapshot(to, name + FOLDER);
    to.link(name + REPLAYED, replayedFile.path(), replayedFile.sizeBytes());
  }

  @Override
  public void close() {
    log.close();
    replayedFile.close();
  }
}
