package io.vagus.bench;

import io.vagus.bench.mqtt.Packet;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A device's MQTT 5 connection over TLS, packet by packet. One thread. */
final class BlockingMqtt implements AutoCloseable {
  private static final int BUSY = 0x89;
  private static final int RATE_EXCEEDED = 0x9F;

  private final SSLSocket socket;
  private final String device;

  private BlockingMqtt(SSLSocket socket, String device) {
    this.socket = socket;
    this.device = device;
  }

  /** It is to come again later. */
  static final class BusyException extends IOException {
    private static final long serialVersionUID = 1L;

    BusyException(String why) {
      super(why);
    }
  }

  /** Until CONNACK. */
  static BlockingMqtt connect(SSLContext tls, int port, String device, int timeoutMillis)
      throws IOException {
    Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
    SSLSocket socket =
        (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", port, true);
    BlockingMqtt mqtt = new BlockingMqtt(socket, device);
    try {
      socket.setSoTimeout(timeoutMillis);
      socket.setTcpNoDelay(true);
      mqtt.connect();
      return mqtt;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private void connect() throws IOException {
    byte[] name = device.getBytes(StandardCharsets.UTF_8);
    Packet body = new Packet(32 + name.length);
    body.putBlock("MQTT".getBytes(StandardCharsets.US_ASCII)).put(5).put(0x02).putShort(60);
    body.putLength(0).putBlock(name);
    send(0x10, body);
    int reason = read(0x20)[1] & 0xFF;
    if (reason == BUSY || reason == RATE_EXCEEDED) {
      throw new BusyException("CONNACK: " + reason);
    }
    if (reason != 0) {
      throw new IOException(device + ": CONNACK with reason " + reason);
    }
  }

  /** When its TLS session began: one that is resumed began before this connection did. */
  long sessionMillis() {
    return socket.getSession().getCreationTime();
  }

  /** Telemetry, until PUBACK, which follows the durable append. */
  void publish(String json) throws IOException {
    byte[] topic = ("v1/" + device + "/telemetry").getBytes(StandardCharsets.UTF_8);
    byte[] payload = json.getBytes(StandardCharsets.UTF_8);
    Packet body = new Packet(16 + topic.length + payload.length);
    body.putBlock(topic).putShort(1).putLength(0).put(payload);
    send(0x32, body);
    byte[] ack = read(0x40);
    if (ack.length > 2 && (ack[2] & 0xFF) >= 0x80) {
      throw new IOException(device + ": PUBACK with reason " + (ack[2] & 0xFF));
    }
  }

  private void send(int header, Packet body) throws IOException {
    byte[] bytes = body.bytes();
    socket
        .getOutputStream()
        .write(new Packet(bytes.length + 5).put(header).putLength(bytes.length).put(bytes).bytes());
  }

  private byte[] read(int expected) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int header = in.readUnsignedByte();
    byte[] body = new byte[in.readUnsignedByte()]; // below 128: these packets are short
    in.readFully(body);
    if ((header & 0xF0) != expected) {
      throw new IOException("packet 0x%02x (expected: 0x%02x)".formatted(header, expected));
    }
    return body;
  }

  /** DISCONNECT, and the end. */
  @Override
  public void close() throws IOException {
    try (socket) {
      send(0xE0, new Packet(0));
    }
  }
}
