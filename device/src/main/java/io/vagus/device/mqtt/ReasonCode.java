package io.vagus.device.mqtt;

import java.util.Locale;

/** What a server says when it refuses, in the standard's words (MQTT 5.0 §2.4). */
public final class ReasonCode {
  static final int PACKET_TOO_LARGE = 0x95;

  private ReasonCode() {}

  /**
   * Whether the server asks to be left alone for a while: it is busy, full, or another device with
   * the same id has the session.
   */
  static boolean saysBusy(int code) {
    return switch (code) {
      case 0x03, 0x88, 0x89, 0x8E, 0x96, 0x97, 0x9F -> true; // 0x03: MQTT 3.1.1 §3.2.2.3
      default -> false;
    };
  }

  /** With the number behind: {@code not authorized (0x87)}. */
  public static String name(int code) {
    String name =
        switch (code) {
          case 0x00 -> "normal";
          case 0x04 -> "bad user name or password";
          case 0x02 -> "identifier rejected";
          case 0x03 -> "server unavailable";
          case 0x05 -> "not authorized";
          case 0x80 -> "unspecified error";
          case 0x81 -> "malformed packet";
          case 0x82 -> "protocol error";
          case 0x83 -> "implementation specific error";
          case 0x84 -> "unsupported protocol version";
          case 0x85 -> "client identifier not valid";
          case 0x86 -> "bad user name or password";
          case 0x87 -> "not authorized";
          case 0x88 -> "server unavailable";
          case 0x89 -> "server busy";
          case 0x8A -> "banned";
          case 0x8B -> "server shutting down";
          case 0x8D -> "keep alive timeout";
          case 0x8E -> "session taken over";
          case 0x90 -> "topic name invalid";
          case 0x93 -> "receive maximum exceeded";
          case 0x95 -> "packet too large";
          case 0x96 -> "message rate too high";
          case 0x97 -> "quota exceeded";
          case 0x99 -> "payload format invalid";
          case 0x9F -> "connection rate exceeded";
          default -> "reason code";
        };
    return String.format(Locale.ROOT, "%s (0x%02x)", name, code);
  }
}
