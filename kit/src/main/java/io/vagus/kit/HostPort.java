package io.vagus.kit;

import java.net.InetSocketAddress;

/**
 * Where a listener binds: {@code 127.0.0.1:8080}, {@code [::1]:8080}, {@code :8080} for every
 * address, {@code off} for no listener; port 0 takes a free one.
 */
public record HostPort(String host, int port) {
  /** No listener. */
  public static final HostPort OFF = new HostPort("off", 0);

  public HostPort {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
  }

  public static HostPort parse(String text) {
    if (text.equals("off")) {
      return OFF;
    }
    int colon = text.lastIndexOf(':');
    try {
      String host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
      int port = Integer.parseInt(text.substring(colon + 1));
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      }
      return new HostPort(host.isEmpty() ? "0.0.0.0" : host, port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" (expected: HOST:PORT, :PORT, PORT or off)", e);
    }
  }

  public boolean isOff() {
    return equals(OFF);
  }

  /** Resolves the host; blocking. */
  public InetSocketAddress toSocketAddress() {
    return new InetSocketAddress(host, port);
  }

  /** Whether only this machine can reach it. */
  public boolean isLoopback() {
    InetSocketAddress address = toSocketAddress();
    return !address.isUnresolved() && address.getAddress().isLoopbackAddress();
  }

  @Override
  public String toString() {
    if (isOff()) {
      return "off";
    }
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
