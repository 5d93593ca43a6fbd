package io.vagus.ingest.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A blocking client that sends any bytes and reads packets as bytes. */
final class RawClient implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final Socket socket;
  private final DataInputStream in;

  RawClient(int port) {
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(5000);
      in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A packet: first byte and body. */
  record Packet(int header, byte[] body) {
    int type() {
      return header >> 4;
    }

    int u8(int at) {
      return body[at] & 0xFF;
    }

    int u16(int at) {
      return u8(at) << 8 | u8(at + 1);
    }

    @Override
    public String toString() {
      return Integer.toHexString(header) + ":" + HexFormat.of().formatHex(body);
    }
  }

  /** Bytes out of numbers, strings (with length), and byte arrays (as they are). */
  static byte[] bytes(Object... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object part : parts) {
      if (part instanceof Integer i) {
        out.write(i);
      } else if (part instanceof String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        out.write(utf8.length >> 8);
        out.write(utf8.length);
        out.writeBytes(utf8);
      } else {
        out.writeBytes((byte[]) part);
      }
    }
    return out.toByteArray();
  }

  static byte[] u16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  static byte[] u32(long value) {
    return new byte[] {
      (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
    };
  }

  static byte[] raw(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  /** A packet with its remaining length. */
  static byte[] packet(int header, Object... parts) {
    byte[] body = bytes(parts);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header);
    out.writeBytes(varint(body.length));
    out.writeBytes(body);
    return out.toByteArray();
  }

  static byte[] varint(int value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int rest = value;
    do {
      out.write(rest < 128 ? rest : rest & 0x7F | 0x80);
      rest >>= 7;
    } while (rest > 0);
    return out.toByteArray();
  }

  /** Properties with their length. */
  static byte[] properties(Object... parts) {
    byte[] body = bytes(parts);
    return bytes(varint(body.length), body);
  }

  static byte[] connect(int version, String clientId, boolean clean, int keepAlive) {
    return connect(version, clientId, clean, keepAlive, NOTHING);
  }

  static byte[] connect(
      int version, String clientId, boolean clean, int keepAlive, byte[] properties) {
    return version == 5
        ? packet(
            0x10,
            "MQTT",
            5,
            clean ? 2 : 0,
            u16(keepAlive),
            properties.length == 0 ? properties() : properties,
            clientId)
        : packet(0x10, "MQTT", 4, clean ? 2 : 0, u16(keepAlive), clientId);
  }

  static byte[] subscribe(int version, int id, String filter, int options) {
    return version == 5
        ? packet(0x82, u16(id), properties(), filter, options)
        : packet(0x82, u16(id), filter, options);
  }

  static byte[] publish(int version, int header, String topic, int id, String payload) {
    byte[] packetId = (header & 6) == 0 ? NOTHING : u16(id);
    return version == 5
        ? packet(header, topic, packetId, properties(), raw(payload))
        : packet(header, topic, packetId, raw(payload));
  }

  RawClient send(byte[]... packets) {
    try {
      for (byte[] packet : packets) {
        socket.getOutputStream().write(packet);
      }
      socket.getOutputStream().flush();
      return this;
    } catch (SocketException e) {
      return this; // the server closed already: reading tells
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether something can be read. */
  boolean hasInput() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the server closed the connection, as far as a short look can tell. */
  boolean hasEnded() {
    try {
      socket.setSoTimeout(1);
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** Connects and reads CONNACK. */
  Packet connected(int version, String clientId, boolean clean) {
    send(connect(version, clientId, clean, 0));
    return read();
  }

  /** The next packet; null at the end of the stream. */
  Packet read() {
    try {
      int header = in.read();
      if (header < 0) {
        return null;
      }
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
      return new Packet(header, body);
    } catch (EOFException | SocketException e) {
      return null;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing came within 5 s", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether nothing comes for a while. */
  boolean isSilent(int millis) {
    try {
      socket.setSoTimeout(millis);
      int header = in.read();
      socket.setSoTimeout(5000);
      return header < 0;
    } catch (SocketTimeoutException e) {
      try {
        socket.setSoTimeout(5000);
      } catch (SocketException e2) {
        throw new UncheckedIOException(e2);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without goodbye. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
