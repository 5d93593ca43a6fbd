package io.vagus.server;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A device's MQTT 5 connection, packet by packet, blocking. */
final class MqttDevice implements AutoCloseable {
  private static final int BOUND_MILLIS = 30_000;
  private static final byte[] NO_PROPERTIES = {0};
  private static final byte[] ONE_HOUR = {5, 17, 0, 0, 0x0E, 0x10}; // session expiry interval

  private final Socket socket = new Socket();
  private final DataInputStream in;
  private final String device;
  private final String clientId;

  /** An acknowledgement: whose, and MQTT 5's reason code. */
  record Ack(int packetId, int reason) {}

  /**
   * @param local the address it comes from, such as 127.0.0.2
   */
  MqttDevice(String local, int port, String device) throws IOException {
    this(local, port, device, device);
  }

  MqttDevice(String local, int port, String device, String clientId) throws IOException {
    this.device = device;
    this.clientId = clientId;
    socket.bind(new InetSocketAddress(InetAddress.getByName(local), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BOUND_MILLIS);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(BOUND_MILLIS);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
  }

  static MqttDevice connected(int port, String device) throws IOException {
    MqttDevice client = new MqttDevice("127.0.0.1", port, device);
    int reason = client.connect("correct horse");
    if (reason != 0) {
      client.close();
      throw new IOException("CONNACK with reason " + reason);
    }
    return client;
  }

  /** The reason code of CONNACK (MQTT 5.0 §3.2.2.2). */
  int connect(String secret) throws IOException {
    return connect(secret, 60, "");
  }

  int connect(String secret, int keepAliveSeconds) throws IOException {
    return connect(secret, keepAliveSeconds, "");
  }

  int connect(String secret, String will) throws IOException {
    return connect(secret, 60, will);
  }

  /**
   * The same, with a session that outlives the connection when there is a will.
   *
   * @param will telemetry of the device's; empty for none
   */
  private int connect(String secret, int keepAliveSeconds, String will) throws IOException {
    boolean withWill = !will.isEmpty();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    putText(body, "MQTT");
    body.write(5);
    body.write(withWill ? 0b1100_1110 : 0b1100_0010); // username, password, clean start
    putShort(body, keepAliveSeconds);
    body.writeBytes(withWill ? ONE_HOUR : NO_PROPERTIES);
    putText(body, clientId);
    if (withWill) {
      body.writeBytes(NO_PROPERTIES);
      putText(body, "v1/" + device + "/telemetry");
      putText(body, will);
    }
    putText(body, device);
    putText(body, secret);
    send(0x10, body);
    return read(0x20)[1] & 0xFF;
  }

  /** PUBLISH with QoS 1 to the device's own telemetry topic. */
  void publish(int packetId, String payload) throws IOException {
    publish("v1/" + device + "/telemetry", packetId, payload);
  }

  void publish(String topic, int packetId, String payload) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    putText(body, topic);
    putShort(body, packetId);
    body.write(0); // no properties
    body.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
    send(0x32, body);
  }

  /** SUBSCRIBE, and its acknowledgement. */
  void subscribe(String filter) throws IOException {
    subscribed(filter);
  }

  /** The reason code of SUBACK (MQTT 5.0 §3.9.3). */
  int subscribed(String filter) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    putShort(body, 1);
    body.write(0); // no properties
    putText(body, filter);
    body.write(0);
    send(0x82, body);
    byte[] ack = read(0x90);
    return ack[ack.length - 1] & 0xFF;
  }

  Ack readAck() throws IOException {
    byte[] body = read(0x40);
    int packetId = (body[0] & 0xFF) << 8 | body[1] & 0xFF;
    return new Ack(packetId, body.length > 2 ? body[2] & 0xFF : 0);
  }

  private void send(int header, ByteArrayOutputStream body) throws IOException {
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(header);
    int rest = body.size();
    do {
      packet.write(rest < 128 ? rest : rest & 0x7F | 0x80);
      rest >>= 7;
    } while (rest > 0);
    body.writeTo(packet);
    packet.writeTo(socket.getOutputStream());
  }

  /** The body of the next packet, which must be of the type. */
  private byte[] read(int expected) throws IOException {
    int header = in.readUnsignedByte();
    int length = 0;
    int shift = 0;
    int b;
    do {
      b = in.readUnsignedByte();
      length |= (b & 0x7F) << shift;
      shift += 7;
    } while (b >= 128);
    byte[] body = new byte[length];
    in.readFully(body);
    if (header != expected) {
      throw new IOException("packet 0x%02x (expected: 0x%02x)".formatted(header, expected));
    }
    return body;
  }

  private static void putText(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putShort(out, utf8.length);
    out.writeBytes(utf8);
  }

  private static void putShort(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
