package io.vagus.ingest.http;

import io.vagus.ingest.IngestFixture;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;

/** What tests say to an HTTP listener, by a real client or byte by byte. */
final class Http {
  private Http() {}

  static final String READING = "{\"temperature\": 21.5}";

  static HttpRequest.Builder request(InetSocketAddress server, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getPort() + path))
        .timeout(Duration.ofSeconds(10));
  }

  static HttpRequest.Builder post(InetSocketAddress server, String path, String body) {
    return request(server, path)
        .header("Authorization", basic("t-1", IngestFixture.SECRET))
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static String basic(String name, String secret) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((name + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  /** A telemetry request as it stands on the wire. */
  static String raw(String device, String body, String... headers) {
    StringBuilder request = new StringBuilder();
    request.append("POST /v1/").append(device).append("/telemetry HTTP/1.1\r\nHost: x\r\n");
    request.append("Authorization: ").append(basic("t-1", IngestFixture.SECRET)).append("\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
    return request.toString();
  }

  /** A socket that gives up waiting after ten seconds. */
  static Socket connect(InetSocketAddress server) throws IOException {
    Socket socket = new Socket(server.getAddress(), server.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Reads until the text so far ends the way given. */
  static String readUntil(Socket socket, String end) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("closed after: " + text);
      }
      text.append((char) next);
    }
    return text.toString();
  }

  /** All until the server closes. */
  static String readToEnd(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}
