package io.vagus.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes Server-Sent Events (WHATWG HTML §9.2), each sent at once. Not thread-safe. */
final class EventWriter {
  static final String CONTENT_TYPE = "text/event-stream";

  private final OutputStream out;

  EventWriter(OutputStream out) {
    this.out = out;
  }

  /** JSON has no line breaks of its own: one data line. */
  void event(String name, byte[] json) throws IOException {
    out.write(("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
    out.write(json);
    out.write('\n');
    out.write('\n');
    out.flush();
  }

  void comment(String text) throws IOException {
    out.write((": " + text + "\n\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }
}
