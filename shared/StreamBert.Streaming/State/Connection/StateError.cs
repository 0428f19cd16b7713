using System.Text.Json;
using StackExchange.Redis;

namespace StreamBert.Streaming.State.Connection;

/// <summary>Explains what is wrong with the state store, by the exception that a call to it threw.</summary>
/// <param name="Reason">Completes a sentence that begins with the store.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record StateError(string Reason, string Remedy)
{
    private const int MaxQuoteLength = 200;
    private const string Rebuild = "Rebuild it from the log: streambert state rebuild.";
    private const string Start = "Start Redis or Garnet there, or set Redis:ConnectionString";
    private static readonly string[] Codes = ["OOM", "READONLY", "LOADING", "NOAUTH", "WRONGPASS", "NOPERM", "MISCONF", "WRONGTYPE"];

    /// <inheritdoc cref="StateUnavailableException.IsUnreachable"/>
    public bool IsUnreachable { get; init; }

    /// <returns>Null if the exception is not about the store.</returns>
    public static StateError? From(Exception exception) => exception switch
    {
        RedisServerException refused => FromServer(refused.Message),
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => FromServer("NOAUTH"),
        RedisException or RedisTimeoutException or ObjectDisposedException =>
            new($"does not answer ({exception.GetType().Name}). {Start}.", $"{Start}; StreamBert resumes without a "
                + $"restart.")
            { IsUnreachable = true },
        JsonException or InvalidCastException or FormatException or OverflowException or ArgumentException or InvalidOperationException
            or NullReferenceException or IndexOutOfRangeException =>
            new($"holds data that StreamBert has not written, or its answers are damaged: {Quote(exception.Message)}", Rebuild),
        _ => null,
    };

    /// <summary>Explains a server's error by its code; an aborted transaction names the code of the command that aborted it.</summary>
    private static StateError FromServer(string message) => CodeOf(message) switch
    {
        "OOM" => new(
            "is out of memory and refuses writes (OOM).",
            "Raise its maxmemory, or lower Redis:MaxPredictions and the other limits of the section Redis."),
        "READONLY" => new("is a read-only replica (READONLY).", "Point Redis:ConnectionString at the primary."),
        "LOADING" => new("is loading its data (LOADING).", "Wait; StreamBert resumes without a restart."),
        "NOAUTH" or "WRONGPASS" or "NOPERM" => new(
            "rejects StreamBert's credentials (NOAUTH, WRONGPASS or NOPERM).", "Set Redis:User and Redis:Password as the server has them."),
        "MISCONF" => new($"cannot save and refuses writes (MISCONF): {Quote(message)}", "Free space on its disk, or see its log."),
        "WRONGTYPE" => new(
            "holds data that StreamBert has not written (WRONGTYPE).", $"Give StreamBert a database or Redis:KeyPrefix of its own. "
                + $"{Rebuild}"),
        _ => new($"refuses: {Quote(message)}", "See its log."),
    };

    private static string? CodeOf(string message) =>
        Codes.FirstOrDefault(code => message.Split(' ', ':').Any(word => word.TrimStart('-') == code));

    private static string Quote(string message) => message.Length <= MaxQuoteLength ? message : message[..MaxQuoteLength] + "…";
}
