package io.vagus.bench.mqtt;

import java.nio.charset.StandardCharsets;

/** CONNECT (MQTT 5.0 §3.1), as bytes. */
final class ConnectPacket {
  private static final int SESSION_EXPIRY = 0x11; // MQTT 5.0 §2.2.2.2
  private static final int SESSION_EXPIRY_SECONDS = 3600;
  private static final int KEEP_ALIVE_SECONDS = 0; // none: the window says whether it lives

  private ConnectPacket() {}

  static byte[] of(DeviceConnection.Login login) {
    byte[] clientId = login.clientId().getBytes(StandardCharsets.UTF_8);
    byte[] secret = login.secret().getBytes(StandardCharsets.UTF_8);
    boolean named = secret.length > 0;
    Packet body = new Packet(64 + 2 * clientId.length + secret.length);
    body.putBlock("MQTT".getBytes(StandardCharsets.US_ASCII)).put(login.protocol().level);
    body.put((login.persistent() ? 0 : 0x02) | (named ? 0xC0 : 0)).putShort(KEEP_ALIVE_SECONDS);
    if (login.protocol() == Protocol.V5) {
      if (login.persistent()) {
        body.putLength(5).put(SESSION_EXPIRY).putInt(SESSION_EXPIRY_SECONDS);
      } else {
        body.putLength(0);
      }
    }
    body.putBlock(clientId);
    if (named) {
      body.putBlock(clientId).putBlock(secret);
    }
    byte[] bytes = body.bytes();
    return new Packet(bytes.length + 5).put(0x10).putLength(bytes.length).put(bytes).bytes();
  }
}
