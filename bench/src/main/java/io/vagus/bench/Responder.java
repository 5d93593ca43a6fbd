package io.vagus.bench;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.HostPort;
import io.vagus.kit.VagusException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device that takes each command at once and says that it succeeded: MQTT 3.1.1 on a socket, one
 * virtual thread. The command's argument {@code t} says when it was asked for.
 */
final class Responder implements AutoCloseable {
  private static final int PUBLISH_QOS1 = 0x32;
  private static final int PUBACK = 0x40;
  private static final Pattern TIME = Pattern.compile("\"t\":(\\d+)");

  private final Socket socket;
  private final String device;
  private final LongConsumer arrived;
  private final LongConsumer done;
  private final long[] askedNanos = new long[65_536];
  private int packetId;

  /**
   * @param arrived hears the time of a command that came, done of one whose result is durable
   */
  Responder(
      HostPort server, String device, String secret, LongConsumer arrived, LongConsumer done) {
    this.device = device;
    this.arrived = arrived;
    this.done = done;
    try {
      socket = new Socket(server.host(), server.port());
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      connect(in, secret);
      Thread.ofVirtual().start(() -> serve(in));
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, device + ": " + e, e);
    }
  }

  private void connect(DataInputStream in, String secret) throws IOException {
    ByteArrayOutputStream connect = new ByteArrayOutputStream();
    text(connect, "MQTT");
    connect.write(4);
    connect.write(0b1100_0010);
    shortTo(connect, 0);
    text(connect, device);
    text(connect, device);
    text(connect, secret);
    send(0x10, connect);
    read(in);
    ByteArrayOutputStream subscribe = new ByteArrayOutputStream();
    shortTo(subscribe, 1);
    text(subscribe, "v1/" + device + "/commands/+");
    subscribe.write(1);
    send(0x82, subscribe);
    read(in);
  }

  private void serve(DataInputStream in) {
    try {
      while (true) {
        byte[] packet = read(in);
        if ((packet[0] & 0xF0) == 0x30) {
          answer(packet);
        } else if ((packet[0] & 0xF0) == PUBACK) {
          int id = (packet[1] & 0xFF) << 8 | packet[2] & 0xFF;
          done.accept(askedNanos[id]);
        }
      }
    } catch (IOException e) {
      return; // the end of the connection is the end of the device
    }
  }

  private void answer(byte[] packet) throws IOException {
    int topicLength = (packet[1] & 0xFF) << 8 | packet[2] & 0xFF;
    String topic = new String(packet, 3, topicLength, StandardCharsets.UTF_8);
    int payloadAt = 5 + topicLength;
    String payload =
        new String(packet, payloadAt, packet.length - payloadAt, StandardCharsets.UTF_8);
    Matcher time = TIME.matcher(payload);
    long asked = time.find() ? Long.parseLong(time.group(1)) : 0;
    arrived.accept(asked);
    packetId = packetId % 65_535 + 1;
    askedNanos[packetId] = asked;
    ByteArrayOutputStream result = new ByteArrayOutputStream(128);
    text(result, topic + "/result");
    shortTo(result, packetId);
    result.writeBytes("{\"status\":\"succeeded\"}".getBytes(StandardCharsets.US_ASCII));
    ByteArrayOutputStream ack = new ByteArrayOutputStream(2);
    ack.write(packet, 3 + topicLength, 2);
    send(PUBACK, ack);
    send(PUBLISH_QOS1, result);
  }

  private synchronized void send(int header, ByteArrayOutputStream body) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream(body.size() + 4);
    packet.write(header);
    int rest = body.size();
    do {
      packet.write(rest < 128 ? rest : rest & 0x7F | 0x80);
      rest >>= 7;
    } while (rest > 0);
    body.writeTo(packet);
    socket.getOutputStream().write(packet.toByteArray());
  }

  /** The first byte, then what follows the length. */
  private static byte[] read(DataInputStream in) throws IOException {
    int header = in.readUnsignedByte();
    int length = 0;
    int shift = 0;
    int b;
    do {
      b = in.readUnsignedByte();
      length |= (b & 0x7F) << shift;
      shift += 7;
    } while (b >= 128);
    byte[] packet = new byte[length + 1];
    packet[0] = (byte) header;
    in.readFully(packet, 1, length);
    return packet;
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    shortTo(out, utf8.length);
    out.writeBytes(utf8);
  }

  private static void shortTo(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, device + ": " + e, e);
    }
  }
}
