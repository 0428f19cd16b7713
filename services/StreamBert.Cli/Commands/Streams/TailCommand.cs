using System.CommandLine;
using System.Text.Json;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Streams;

/// <summary>Defines <c>tail</c>, which prints live events of a running Gateway.</summary>
internal static class TailCommand
{
    private static readonly Option<string?> Pipeline = new("--pipeline")
    {
        Description = "Only events of this pipeline, and events without a pipeline.",
    };

    private static readonly Option<string> Type = new("--type")
    {
        Description = $"Types of events, separated by commas: {string.Join(", ", Gateway.Live.LiveEventTypes.All)}.",
        DefaultValueFactory = static _ => string.Join(',', LiveLine.Types),
    };

    private static readonly Option<int?> Count = new("--count") { Description = "Exit after this many events." };

    private static readonly Option<bool> Json = new("--json") { Description = "Print each event as one line of JSON." };

    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("tail", "Print predictions and alerts of a running Gateway as they arrive, until Ctrl-C.")
        {
            Pipeline, Type, Count, Json, access.Url, ApiKeyOption.File, LogAccess.Config,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, access, cancellation));
        return command;
    }

    private static async Task RunAsync(ParseResult parsed, LogAccess access, CancellationToken cancellation)
    {
        using var client = access.CreateClient(parsed);
        var path = GatewayQuery.Create("v1/stream", ("pipeline", parsed.GetValue(Pipeline)), ("type", parsed.GetValue(Type)));
        var left = parsed.GetValue(Count);
        await foreach (var live in client.StreamEventsAsync(path, cancellation))
        {
            if (parsed.GetValue(Json))
                Terminal.WriteJson(new { Type = live.EventType, Event = JsonSerializer.Deserialize<JsonElement>(live.Data) });
            else
                Terminal.Out.WriteLine(LiveLine.Format(live.EventType, live.Data));
            if (--left <= 0)
                return;
        }
    }
}
