package io.vagus.wire;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.JournalEntry;
import io.vagus.model.Mark;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Journal entries as bytes, little endian, first byte the format: 1 an {@link Envelope}, 2 {@link
 * Refusals}, 3 a {@link Mark}. Strings are a short length and UTF-8; what a file holds is read by
 * all later releases.
 */
public final class EnvelopeCodec {
  private static final byte ENVELOPE = 1;
  private static final byte REFUSALS = 2;
  private static final byte MARK = 3;
  private static final int MARK_BYTES = 1 + 2 * Long.BYTES;
  private static final int REDELIVERY = 1;
  private static final int HAS_GATEWAY = 1 << 1;
  private static final int HAS_MESSAGE_ID = 1 << 2;

  private EnvelopeCodec() {}

  /** An upper bound of what {@link #encode} writes. */
  public static int maxBytes(JournalEntry entry) {
    return switch (entry) {
      case Envelope e ->
          32
              + 3
                  * (e.device().value().length()
                      + e.gateway().map(g -> g.value().length()).orElse(0)
                      + e.contentType().length()
                      + e.messageId().map(String::length).orElse(0)
                      + e.product().length())
              + e.payload().length;
      case Refusals r -> 11 + 10 * r.tallies().size();
      case Mark unused -> MARK_BYTES;
    };
  }

  /** Writes at the buffer's position; its order must be little endian. */
  public static void encode(JournalEntry entry, ByteBuffer out) {
    switch (entry) {
      case Envelope e -> encodeEnvelope(e, out);
      case Refusals r -> encodeRefusals(r, out);
      case Mark m -> out.put(MARK).putLong(m.timeMicros()).putLong(m.revision());
    }
  }

  private static void encodeEnvelope(Envelope e, ByteBuffer out) {
    int flags =
        (e.redelivery() ? REDELIVERY : 0)
            | (e.gateway().isPresent() ? HAS_GATEWAY : 0)
            | (e.messageId().isPresent() ? HAS_MESSAGE_ID : 0);
    out.put(ENVELOPE)
        .put((byte) flags)
        .put((byte) e.channel().ordinal())
        .put((byte) e.transport().ordinal())
        .putLong(e.receivedMicros())
        .putShort((short) e.packetId())
        .putInt(e.modelVersion());
    putString(out, e.device().value());
    putString(out, e.product());
    putString(out, e.contentType());
    if (e.gateway().isPresent()) {
      putString(out, e.gateway().get().value());
    }
    if (e.messageId().isPresent()) {
      putString(out, e.messageId().get());
    }
    out.put(e.payload());
  }

  private static void encodeRefusals(Refusals r, ByteBuffer out) {
    out.put(REFUSALS).putLong(r.timeMicros()).putShort((short) r.tallies().size());
    for (Refusals.Tally tally : r.tallies()) {
      out.put((byte) tally.transport().ordinal())
          .put((byte) tally.reason().id())
          .putLong(tally.count());
    }
  }

  /** Reads what {@link #encode} wrote; DATA_CORRUPT when it did not. */
  public static JournalEntry decode(byte[] array, int from, int length) {
    ByteBuffer in = ByteBuffer.wrap(array, from, length).order(ByteOrder.LITTLE_ENDIAN);
    try {
      byte format = in.get();
      return switch (format) {
        case ENVELOPE -> decodeEnvelope(in);
        case REFUSALS -> decodeRefusals(in);
        case MARK -> new Mark(in.getLong(), in.getLong());
        default -> throw corrupt("format: " + format + " (expected: 1 to 3)", null);
      };
    } catch (java.nio.BufferUnderflowException | IndexOutOfBoundsException e) {
      throw corrupt("length: " + length + " is too short for its content", e);
    } catch (IllegalArgumentException e) {
      throw corrupt(String.valueOf(e.getMessage()), e);
    }
  }

  private static Envelope decodeEnvelope(ByteBuffer in) {
    int flags = in.get();
    Channel channel = Channel.ofOrdinal(in.get());
    Transport transport = Transport.ofOrdinal(in.get());
    long receivedMicros = in.getLong();
    int packetId = in.getShort() & 0xFFFF;
    int modelVersion = in.getInt();
    DeviceId device = new DeviceId(getString(in));
    String product = getString(in);
    String contentType = getString(in);
    Optional<DeviceId> gateway =
        (flags & HAS_GATEWAY) == 0 ? Optional.empty() : Optional.of(new DeviceId(getString(in)));
    Optional<String> messageId =
        (flags & HAS_MESSAGE_ID) == 0 ? Optional.empty() : Optional.of(getString(in));
    byte[] payload = new byte[in.remaining()];
    in.get(payload);
    return new Envelope(
        device,
        gateway,
        channel,
        transport,
        receivedMicros,
        contentType,
        messageId,
        product,
        modelVersion,
        (flags & REDELIVERY) != 0,
        packetId,
        payload);
  }

  private static Refusals decodeRefusals(ByteBuffer in) {
    long timeMicros = in.getLong();
    int count = in.getShort() & 0xFFFF;
    List<Refusals.Tally> tallies = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      tallies.add(
          new Refusals.Tally(
              Transport.ofOrdinal(in.get()), ErrorCode.ofId(in.get() & 0xFF), in.getLong()));
    }
    return new Refusals(timeMicros, tallies);
  }

  private static void putString(ByteBuffer out, String s) {
    byte[] bytes = s.getBytes(StandardCharsets.UTF_8);
    out.putShort((short) bytes.length).put(bytes);
  }

  private static String getString(ByteBuffer in) {
    int length = in.getShort() & 0xFFFF;
    if (length > in.remaining()) {
      throw new IndexOutOfBoundsException(length);
    }
    String s =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return s;
  }

  private static VagusException corrupt(
      String what, @org.jspecify.annotations.Nullable Throwable e) {
    return new VagusException(ErrorCode.DATA_CORRUPT, "journal entry: " + what, e);
  }
}
