package io.vagus.ingest.mqtt;

import io.vagus.ingest.mqtt.SessionEvent.*;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Session events as bytes, little endian: a byte for the kind, then the components in order.
 * Strings are an int length and UTF-8, length -1 for none. What a file holds is read by all later
 * releases. Pure.
 */
final class SessionEventCodec {
  private static final int MAX_QUEUED_BYTES = 24;

  private SessionEventCodec() {}

  /** An upper bound of what {@link #encode} writes. */
  static int maxBytes(SessionEvent event) {
    return 64
        + switch (event) {
          case Opened e -> 3 * e.key().length();
          case Connected e -> e.will() == null ? 0 : maxBytes(e.will().message());
          case Subscribed e -> 3 * e.subscription().filter().length();
          case Unsubscribed e -> 3 * e.filter().length();
          case Published e -> maxBytes(e.message()) + maxBytes(e.queued());
          case WillDue e -> 3 * e.sender().length() + maxBytes(e.will());
          case Disconnected _,
              WillGone _,
              WillIngested _,
              Received _,
              Released _,
              Confirmed _,
              Completed _,
              Ended _ ->
              0;
        };
  }

  private static int maxBytes(List<Queued> queued) {
    int bytes = 0;
    for (Queued q : queued) {
      bytes += MAX_QUEUED_BYTES + 4 * q.subscriptionIdentifiers().length;
    }
    return bytes;
  }

  private static int maxBytes(Message m) {
    Message.Properties p = m.properties();
    byte[] correlation = p.correlationData();
    int bytes = 64 + 3 * m.topic().length() + m.payload().length;
    bytes += correlation == null ? 0 : correlation.length;
    bytes += p.contentType() == null ? 0 : 3 * p.contentType().length();
    bytes += p.responseTopic() == null ? 0 : 3 * p.responseTopic().length();
    for (Message.UserProperty user : p.user()) {
      bytes += 8 + 3 * (user.name().length() + user.value().length());
    }
    return bytes;
  }

  static void encode(SessionEvent event, ByteBuffer out) {
    switch (event) {
      case Opened e -> text(out.put((byte) 1).putLong(e.session()), e.key());
      case Connected e -> {
        out.put((byte) 2).putLong(e.session()).putLong(e.expirySeconds());
        Will will = e.will();
        out.put((byte) (will == null ? 0 : 1));
        if (will != null) {
          message(out.putLong(will.delaySeconds()), will.message());
        }
      }
      case Disconnected e ->
          out.put((byte) 3)
              .putLong(e.session())
              .putLong(e.timeMicros())
              .putLong(e.expirySeconds())
              .put((byte) (e.willDue() ? 1 : 0));
      case WillGone e -> out.put((byte) 4).putLong(e.session());
      case Subscribed e -> subscription(out.put((byte) 5).putLong(e.session()), e.subscription());
      case Unsubscribed e -> text(out.put((byte) 6).putLong(e.session()), e.filter());
      case Published e -> published(out.put((byte) 7), e);
      case Received e -> out.put((byte) 8).putLong(e.session()).putShort((short) e.packetId());
      case Released e -> out.put((byte) 9).putLong(e.session()).putShort((short) e.packetId());
      case Confirmed e -> out.put((byte) 10).putLong(e.session()).putShort((short) e.packetId());
      case Completed e -> out.put((byte) 11).putLong(e.session()).putShort((short) e.packetId());
      case Ended e -> out.put((byte) 12).putLong(e.session());
      case WillDue e -> {
        text(out.put((byte) 13).putLong(e.number()), e.sender());
        message(out, e.will());
      }
      case WillIngested e -> out.put((byte) 14).putLong(e.number());
    }
  }

  private static void subscription(ByteBuffer out, Subscription s) {
    int flags =
        s.qos()
            | (s.noLocal() ? 4 : 0)
            | (s.retainAsPublished() ? 8 : 0)
            | (s.retainHandling() << 4);
    text(out.put((byte) flags).putInt(s.identifier()), s.filter());
  }

  private static void published(ByteBuffer out, Published e) {
    out.put((byte) (e.retained() ? 1 : 0));
    out.putLong(e.receivedBy()).putShort((short) e.receivedPacketId());
    message(out, e.message());
    out.putInt(e.queued().size());
    for (Queued q : e.queued()) {
      out.putLong(q.session()).putShort((short) q.packetId());
      out.put((byte) (q.qos() | (q.retain() ? 4 : 0)));
      out.put((byte) q.subscriptionIdentifiers().length);
      for (int id : q.subscriptionIdentifiers()) {
        out.putInt(id);
      }
    }
  }

  private static void message(ByteBuffer out, Message m) {
    Message.Properties p = m.properties();
    text(out, m.topic());
    bytes(out, m.payload());
    out.put((byte) (m.qos() | (m.retain() ? 4 : 0)));
    out.putLong(m.publishedMicros()).putLong(m.publisher());
    out.put((byte) p.payloadFormat()).putLong(p.expirySeconds());
    text(out, p.contentType());
    text(out, p.responseTopic());
    bytes(out, p.correlationData());
    out.putInt(p.user().size());
    for (Message.UserProperty user : p.user()) {
      text(out, user.name());
      text(out, user.value());
    }
  }

  private static void text(ByteBuffer out, @Nullable String s) {
    bytes(out, s == null ? null : s.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(ByteBuffer out, byte @Nullable [] bytes) {
    out.putInt(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      out.put(bytes);
    }
  }

  /** Reads what {@link #encode} wrote; DATA_CORRUPT when it did not. */
  static SessionEvent decode(ByteBuffer in) {
    try {
      int kind = in.get();
      return switch (kind) {
        case 1 -> new Opened(in.getLong(), text(in));
        case 2 -> new Connected(in.getLong(), in.getLong(), in.get() == 0 ? null : will(in));
        case 3 -> new Disconnected(in.getLong(), in.getLong(), in.getLong(), in.get() != 0);
        case 4 -> new WillGone(in.getLong());
        case 5 -> new Subscribed(in.getLong(), subscription(in));
        case 6 -> new Unsubscribed(in.getLong(), text(in));
        case 7 -> published(in);
        case 8 -> new Received(in.getLong(), in.getShort() & 0xFFFF);
        case 9 -> new Released(in.getLong(), in.getShort() & 0xFFFF);
        case 10 -> new Confirmed(in.getLong(), in.getShort() & 0xFFFF);
        case 11 -> new Completed(in.getLong(), in.getShort() & 0xFFFF);
        case 12 -> new Ended(in.getLong());
        case 13 -> new WillDue(in.getLong(), text(in), message(in));
        case 14 -> new WillIngested(in.getLong());
        default -> throw corrupt("kind: " + kind + " (expected: 1 to 14)", null);
      };
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw corrupt("too short for its content", e);
    }
  }

  private static Will will(ByteBuffer in) {
    long delaySeconds = in.getLong();
    return new Will(message(in), delaySeconds);
  }

  private static Subscription subscription(ByteBuffer in) {
    int flags = in.get();
    int identifier = in.getInt();
    return new Subscription(
        text(in), flags & 3, (flags & 4) != 0, (flags & 8) != 0, flags >> 4 & 3, identifier);
  }

  private static Published published(ByteBuffer in) {
    boolean retained = in.get() != 0;
    long receivedBy = in.getLong();
    int receivedPacketId = in.getShort() & 0xFFFF;
    Message message = message(in);
    int count = in.getInt();
    List<Queued> queued = new ArrayList<>(Math.clamp(count, 0, 1024));
    for (int i = 0; i < count; i++) {
      long session = in.getLong();
      int packetId = in.getShort() & 0xFFFF;
      int flags = in.get();
      int[] identifiers = new int[in.get() & 0xFF];
      for (int j = 0; j < identifiers.length; j++) {
        identifiers[j] = in.getInt();
      }
      queued.add(new Queued(session, packetId, flags & 3, (flags & 4) != 0, identifiers));
    }
    return new Published(message, retained, receivedBy, receivedPacketId, queued);
  }

  private static Message message(ByteBuffer in) {
    String topic = text(in);
    byte[] payload = requireBytes(in);
    int flags = in.get();
    long publishedMicros = in.getLong();
    long publisher = in.getLong();
    int payloadFormat = in.get();
    long expirySeconds = in.getLong();
    byte[] contentType = bytes(in);
    byte[] responseTopic = bytes(in);
    byte[] correlationData = bytes(in);
    int count = in.getInt();
    List<Message.UserProperty> user = new ArrayList<>(Math.clamp(count, 0, 1024));
    for (int i = 0; i < count; i++) {
      user.add(new Message.UserProperty(text(in), text(in)));
    }
    return new Message(
        topic,
        payload,
        flags & 3,
        (flags & 4) != 0,
        new Message.Properties(
            payloadFormat,
            expirySeconds,
            contentType == null ? null : new String(contentType, StandardCharsets.UTF_8),
            responseTopic == null ? null : new String(responseTopic, StandardCharsets.UTF_8),
            correlationData,
            user),
        publishedMicros,
        publisher);
  }

  private static String text(ByteBuffer in) {
    return new String(requireBytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] requireBytes(ByteBuffer in) {
    byte[] bytes = bytes(in);
    if (bytes == null) {
      throw corrupt("a component is missing", null);
    }
    return bytes;
  }

  private static byte @Nullable [] bytes(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0) {
      return null;
    }
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static VagusException corrupt(String what, @Nullable Throwable cause) {
    return new VagusException(ErrorCode.DATA_CORRUPT, "session event: " + what, cause);
  }
}
