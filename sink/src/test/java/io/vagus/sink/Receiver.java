package io.vagus.sink;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server that takes webhooks, and does with them what the test says. */
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Post> posts = new CopyOnWriteArrayList<>();

  /** What was posted. */
  record Post(String body, Headers headers) {
    String id() {
      return headers.getFirst("webhook-id");
    }
  }

  /** Answers. */
  interface Answer {
    void to(HttpExchange exchange, int number) throws IOException, InterruptedException;
  }

  Receiver(Answer answer) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          int number;
          synchronized (posts) {
            posts.add(new Post(body, exchange.getRequestHeaders()));
            number = posts.size();
          }
          try {
            answer.to(exchange, number);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            exchange.close();
          }
        });
    server.start();
  }

  /** Takes everything. */
  static Receiver willing() {
    return new Receiver((exchange, number) -> exchange.sendResponseHeaders(204, -1));
  }

  /** Takes nothing. */
  static Receiver answering(int status) {
    return new Receiver((exchange, number) -> exchange.sendResponseHeaders(status, -1));
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/hook";
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Post> posts() {
    return List.copyOf(posts);
  }

  List<String> bodies() {
    return posts.stream().map(Post::body).toList();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
