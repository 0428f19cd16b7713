using System.Text.Json;
using StackExchange.Redis;

namespace StreamBert.Streaming.State.Connection;

/// <summary>What is wrong with the state store, by what a call to it threw.</summary>
/// <param name="Reason">Goes on the sentence that begins with the store.</param>
internal sealed record StateFault(string Reason, string Remedy)
{
    /// <inheritdoc cref="StateUnavailableException.IsUnreachable"/>
    public bool IsUnreachable { get; init; }

    private const int LongestQuote = 200;
    private const string Rebuild = "Rebuild it from the log: streambert state rebuild.";

    /// <returns>Null: not the store's fault.</returns>
    public static StateFault? Of(Exception failure) => failure switch
    {
        RedisServerException refused => OfServer(refused.Message),
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => OfServer("NOAUTH"),
        RedisException or RedisTimeoutException or ObjectDisposedException => new(
            $"does not answer ({failure.GetType().Name}). Start Redis or Garnet there, or set Redis:ConnectionString.", "Start Redis or Garnet there, or set Redis:ConnectionString; it goes on by itself.")
        { IsUnreachable = true },
        JsonException or InvalidCastException or FormatException or OverflowException or ArgumentException or InvalidOperationException or NullReferenceException or IndexOutOfRangeException => new(
            $"holds something else than StreamBert wrote, or its answers are damaged: {Quote(failure.Message)}", Rebuild),
        _ => null,
    };

    private static readonly string[] Codes = ["OOM", "READONLY", "LOADING", "NOAUTH", "WRONGPASS", "NOPERM", "MISCONF", "WRONGTYPE"];

    /// <summary>An aborted transaction names the code of the command that aborted it.</summary>
    private static StateFault OfServer(
        string message) => Codes.FirstOrDefault(code => message.Split(' ', ':').Any(word => word.TrimStart('-') == code)) switch
        {
            "OOM" => new(
                "is out of memory and refuses writes (OOM).",
                "Raise its maxmemory, or lower Redis:MaxPredictions and the other limits of the section Redis."),
            "READONLY" => new("is a read-only replica (READONLY).", "Point Redis:ConnectionString at the primary."),
            "LOADING" => new("is loading its data (LOADING).", "Wait; it goes on by itself."),
            "NOAUTH" or "WRONGPASS" or "NOPERM" => new(
                "does not let StreamBert in (NOAUTH, WRONGPASS or NOPERM).",
                "Set Redis:User and Redis:Password as the server has them."),
            "MISCONF" => new($"cannot save and refuses writes (MISCONF): {Quote(message)}", "Free space on its disk, or see its log."),
            "WRONGTYPE" => new(
                "holds something else than StreamBert wrote (WRONGTYPE).",
                $"Give StreamBert a database or Redis:KeyPrefix of its own. {Rebuild}"),
            _ => new($"refuses: {Quote(message)}", "See its log."),
        };

    private static string Quote(string message) => message.Length <= LongestQuote ? message : message[..LongestQuote] + "…";
}
