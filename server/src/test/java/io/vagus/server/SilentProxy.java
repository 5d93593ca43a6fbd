package io.vagus.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between a device and the server, which may go silent without a word, each way. */
final class SilentProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean silentUp;
  private volatile boolean silentDown;

  SilentProxy(int server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Nothing comes through; connections stay. */
  void silence() {
    silenceUp();
    silenceDown();
  }

  /** What the device says is lost. */
  void silenceUp() {
    silentUp = true;
  }

  /** What the server says is lost. */
  void silenceDown() {
    silentDown = true;
  }

  /** What was connected is not any more; what comes now gets through. */
  void heal() {
    silentUp = false;
    silentDown = false;
    sockets.forEach(SilentProxy::end);
    sockets.clear();
  }

  private void accept() {
    try {
      while (true) {
        Socket device = listener.accept();
        sockets.add(device);
        Socket there = new Socket(InetAddress.getLoopbackAddress(), server);
        sockets.add(there);
        Thread.startVirtualThread(() -> pass(device, there, true));
        Thread.startVirtualThread(() -> pass(there, device, false));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private boolean isSilent(boolean up) {
    return up ? silentUp : silentDown;
  }

  private void pass(Socket from, Socket to, boolean up) {
    byte[] some = new byte[8192];
    try {
      for (int n = from.getInputStream().read(some); n >= 0; n = from.getInputStream().read(some)) {
        if (!isSilent(up)) {
          to.getOutputStream().write(some, 0, n);
        }
      }
    } catch (IOException e) {
      // One of them has ended.
    }
    if (!isSilent(up)) {
      end(from);
      end(to);
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It has ended already.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    heal();
  }
}
