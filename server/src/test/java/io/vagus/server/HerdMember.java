package io.vagus.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One device of a {@link Herd}: its socket and how far it has come. */
final class HerdMember {
  private static final int CONNACK = 0x20;
  private static final int PUBACK = 0x40;

  private final String device;
  private final String secret;
  private final ByteBuffer in = ByteBuffer.allocate(512);
  private @Nullable SocketChannel channel;
  private int acknowledged;
  private long backoffNanos;
  long dueNanos;

  HerdMember(String device, String secret) {
    this.device = device;
    this.secret = secret;
  }

  void begin(long nanos) {
    dueNanos = nanos;
    backoffNanos = 0;
  }

  /** Twice the last wait, within the bounds, and a part of it that is the device's own. */
  void waitLonger(long least, long most) {
    cut();
    backoffNanos = Math.min(most, Math.max(least, 2 * backoffNanos));
    long share = Math.floorMod(device.hashCode() * 0x9E37L + backoffNanos, 1000L);
    dueNanos = System.nanoTime() + backoffNanos / 2 + backoffNanos * share / 2000;
  }

  void open(SocketChannel fresh) {
    channel = fresh;
    in.clear();
  }

  void finishConnect() throws IOException {
    if (channel != null && channel.finishConnect()) {
      sendConnect();
    }
  }

  void sendConnect() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    putText(body, "MQTT");
    body.write(5);
    body.write(0b1100_0010); // username, password, clean start
    body.writeBytes(new byte[] {0, 0, 0}); // no keep alive, no properties
    putText(body, device);
    putText(body, device);
    putText(body, secret);
    send(0x10, body);
  }

  /** The reason of a CONNACK when one came; publishes after a good one. */
  Optional<Integer> read(int message) throws IOException {
    if (channel == null || channel.read(in) < 0) {
      throw new EOFException();
    }
    in.flip();
    Optional<Integer> reason = Optional.empty();
    while (in.remaining() >= 2 && in.remaining() >= 2 + in.get(in.position() + 1)) {
      int type = in.get() & 0xF0;
      int length = in.get(); // below 128: these packets are short
      byte[] body = new byte[length];
      in.get(body);
      if (type == CONNACK) {
        reason = Optional.of(body[1] & 0xFF);
        if (reason.get() == 0) {
          publish(message);
        }
      } else if (type == PUBACK && body.length == 2) {
        acknowledged = message;
      }
    }
    in.compact();
    return reason;
  }

  private void publish(int message) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    putText(body, "v1/" + device + "/telemetry");
    body.writeBytes(new byte[] {0, 1, 0}); // packet 1, no properties
    body.writeBytes(
        "{\"id\":\"%s-%d\",\"values\":{\"n\":%d}}"
            .formatted(device, message, message)
            .getBytes(StandardCharsets.UTF_8));
    send(0x32, body);
  }

  /** An empty socket takes a packet this short whole. */
  private void send(int header, ByteArrayOutputStream body) throws IOException {
    ByteBuffer packet = ByteBuffer.allocate(3 + body.size());
    packet.put((byte) header);
    if (body.size() < 128) {
      packet.put((byte) body.size());
    } else {
      packet.put((byte) (body.size() & 0x7F | 0x80)).put((byte) (body.size() >> 7));
    }
    packet.put(body.toByteArray()).flip();
    if (channel == null || channel.write(packet) < packet.limit()) {
      throw new EOFException();
    }
  }

  boolean isServed(int message) {
    return acknowledged == message;
  }

  boolean isCut() {
    return channel == null;
  }

  void cut() {
    SocketChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private static void putText(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.write(utf8.length >> 8);
    out.write(utf8.length);
    out.writeBytes(utf8);
  }
}
