package io.vagus.server;

import static io.vagus.server.RunningServer.expect;

import java.net.http.HttpResponse;

/** Messages that cannot be read, one after the other; counts those that were kept. */
final class UnreadableLoad {
  private final String device;
  private volatile int kept;
  private volatile boolean finishing;

  UnreadableLoad(String device) {
    this.device = device;
  }

  void run(RunningServer server) {
    int count = 0;
    while (!finishing) {
      HttpResponse<String> answer = server.telemetry(device, "{\"n\": 1e400}");
      if (answer.statusCode() != 429 && answer.statusCode() != 503) {
        expect(422, answer);
        kept = ++count;
      }
    }
  }

  void finish() {
    finishing = true;
  }

  int kept() {
    return kept;
  }
}
