package io.vagus.cli;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password that somebody thinks of: never an argument, which every process here could read. */
final class PasswordPrompt {
  private PasswordPrompt() {}

  /** Asked for twice without echo; from a pipe, its first line. */
  static String read(String question) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return firstLine();
    }
    char[] typed = console.readPassword("%s", question + ": ");
    char[] again = console.readPassword("The same again: ");
    if (typed == null || !Arrays.equals(typed, again)) {
      throw new VagusException(ErrorCode.INVALID_REQUEST, "password: the two differ");
    }
    return new String(typed);
  }

  private static String firstLine() {
    try {
      // Not closed: it is the process's own.
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read the password: " + e, e);
    }
  }
}
