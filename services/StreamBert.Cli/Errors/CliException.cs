namespace StreamBert.Cli.Errors;

/// <summary>
/// Reports input that a command cannot accept. The message says what is wrong, where, and what to do; the exit code is 2.
/// </summary>
internal class CliException(string message, Exception? inner = null) : Exception(message, inner);
