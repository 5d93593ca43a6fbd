package io.vagus.registry.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A network between a registry and its PostgreSQL that breaks at a commit: before it arrives there,
 * or before its answer comes back. Thread-safe.
 */
final class CuttingProxy implements AutoCloseable {
  /** When the next commit breaks the connection. */
  enum Cut {
    NEVER,
    BEFORE_IT_ARRIVES,
    BEFORE_ITS_ANSWER,
    /** And nothing is reached afterwards until {@link #mend}. */
    BEFORE_ITS_ANSWER_AND_STAYS
  }

  private final ServerSocket listener;
  private final int target;
  private final AtomicReference<Cut> cut = new AtomicReference<>(Cut.NEVER);
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean broken;

  CuttingProxy(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  void cutAtCommit(Cut when) {
    cut.set(when);
  }

  void mend() {
    broken = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        if (broken) {
          client.close();
          continue;
        }
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> up(client, server));
        Thread.ofVirtual().start(() -> down(server, client));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void up(Socket client, Socket server) {
    byte[] buffer = new byte[1 << 16];
    try (client;
        server) {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        Cut now = text.contains("commit") ? cut.getAndSet(Cut.NEVER) : Cut.NEVER;
        if (now == Cut.BEFORE_IT_ARRIVES) {
          return;
        }
        if (now != Cut.NEVER) {
          broken = now == Cut.BEFORE_ITS_ANSWER_AND_STAYS;
          swallow(server, out, buffer, n);
          return;
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The connection ended.
    }
  }

  /** The other direction's thread gives nothing on once its client is closed to it. */
  private void swallow(Socket server, OutputStream out, byte[] commit, int length)
      throws IOException {
    silenced.add(server);
    out.write(commit, 0, length);
    out.flush();
    synchronized (answered) {
      while (!answered.contains(server)) {
        try {
          answered.wait(5000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException(e);
        }
      }
    }
  }

  private final Set<Socket> silenced = ConcurrentHashMap.newKeySet();
  private final Set<Socket> answered = ConcurrentHashMap.newKeySet();

  private void down(Socket server, Socket client) {
    byte[] buffer = new byte[1 << 16];
    try (client;
        server) {
      InputStream in = server.getInputStream();
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        if (silenced.contains(server)) {
          synchronized (answered) {
            answered.add(server);
            answered.notifyAll();
          }
          return;
        }
        client.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The connection ended.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
