using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Embedded;

/// <summary>Reports a port that was free when it was chosen and was taken by another process before it was used.</summary>
internal sealed class PortTakenException(string message, Exception inner) : CliException(message, inner);
