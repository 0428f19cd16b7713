namespace StreamBert.Cli.CommandLine;

/// <summary>The user's input cannot be acted upon. The message says what is wrong, where, and what to do; the exit code is 2.</summary>
public class CliException(string message, Exception? inner = null) : Exception(message, inner);
