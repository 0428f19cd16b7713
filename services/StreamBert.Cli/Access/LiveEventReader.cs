using System.Net.ServerSentEvents;
using System.Text.Json;
using StreamBert.Cli.Errors;

namespace StreamBert.Cli.Access;

/// <summary>Reads the live events of a Gateway, the last of which may report a failure.</summary>
internal static class LiveEventReader
{
    private const string Failure = "failure";

    /// <returns>Whether there is a next event; false at the end.</returns>
    /// <exception cref="IncompleteResponseException">The connection was closed early, or the Gateway reports a failure.</exception>
    public static async Task<bool> ReadAsync(IAsyncEnumerator<SseItem<string>> events)
    {
        try
        {
            if (!await events.MoveNextAsync())
                throw new IncompleteResponseException("the connection was closed");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new IncompleteResponseException($"the connection was closed early ({e.Message})", e);
        }
        return events.Current is { EventType: Failure, Data: var data }
            ? throw new IncompleteResponseException(GatewayProblem.Parse(data).Describe())
            : true;
    }
}
