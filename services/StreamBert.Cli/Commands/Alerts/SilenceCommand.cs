using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Gateway.Alerts;

namespace StreamBert.Cli.Commands.Alerts;

/// <summary>Defines <c>alerts silence</c>, <c>alerts silence list</c> and <c>alerts silence expire</c>.</summary>
internal static class SilenceCommand
{
    private const string Path = "v1/silences";

    public static Command Create(LogAccess access)
    {
        var matchers = new Argument<string[]>("matchers")
        {
            Description = "What the alerts must match, such as pipeline=financial-news, kind!=fairness or topic=~.*Oil; all of them.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var alert = new Option<string?>("--alert") { Description = "Silence the series of this alert." };
        var duration = new Option<string>("--for")
        {
            Description = "How long, such as 30m, 4h or 1d; at most 30 days.",
            DefaultValueFactory = static _ => "4h",
        };
        var comment = new Option<string?>("--comment") { Description = "The reason." };
        var json = JsonOption.Create();
        var command = new Command("silence", "Mute the notifications of the alerts that match for a time; they still fire and are shown.")
        {
            matchers, alert, duration, comment, json, CreateList(access), CreateExpire(access),
        };
        command.SetRequest(
            access, json,
            async (client, parsed, cancellation) =>
            {
                var request = new SilenceRequest
                {
                    Matchers = await ReadMatchersAsync(client, parsed.GetValue(matchers) ?? [], parsed.GetValue(alert), cancellation),
                    Duration = parsed.GetValue(duration),
                    Comment = parsed.GetValue(comment),
                };
                return await client.PostAsync<CreatedSilence>(Path, request, cancellation);
            },
            static created => Terminal.Out.WriteLine(Describe(created)));
        return command;
    }

    private static Command CreateList(LogAccess access)
    {
        var all = new Option<bool>("--all") { Description = "List those that have ended or have not begun, too." };
        var json = JsonOption.Create();
        var command = new Command("list", "List the silences that mute now.") { all, json };
        command.SetRequest(
            access, json,
            (client, parsed, cancellation) => client.ListAsync<SilenceView>(
                GatewayQuery.Create(Path, ("state", parsed.GetValue(all) ? "all" : null)), "silences", cancellation),
            AlertTables.Write);
        return command;
    }

    private static Command CreateExpire(LogAccess access)
    {
        var id = new Argument<string>("id") { Description = "Id of the silence, as in 'streambert alerts silence list'." };
        var json = JsonOption.Create();
        var command = new Command("expire", "End a silence now.") { id, json };
        command.SetRequest(
            access, json,
            (client, parsed, cancellation) =>
                client.DeleteAsync<SilenceView>($"{Path}/{Uri.EscapeDataString(parsed.GetValue(id)!)}", cancellation),
            static ended => Terminal.Out.WriteLine($"The silence {ended.Id} ended at {Format.Time(ended.EndsAt)}."));
        return command;
    }

    private static async Task<IReadOnlyList<string>> ReadMatchersAsync(
        GatewayClient client, IReadOnlyList<string> matchers, string? alertId, CancellationToken cancellation)
    {
        foreach (var text in matchers)
        {
            if (AlertMatcher.TryParse(text, out _) is { } fault)
                throw new CliException($"'{Excerpt.Quote(text)}' {fault}.");
        }
        if (alertId is not null)
        {
            var alert = await AlertListCommands.FindAsync(client, alertId, cancellation);
            return [.. matchers, $"{AlertLabels.Fingerprint}={alert.Raised.Fingerprint}"];
        }
        return matchers.Count > 0 ? matchers : throw new CliException(
            "Name what to silence: matchers such as pipeline=financial-news, or --alert ID for the series of an alert.");
    }

    private static string Describe(CreatedSilence created)
    {
        var firing = created.FiringAlerts switch
        {
            null => "",
            0 => " No alert that fires now matches.",
            1 => " It mutes 1 alert that fires now.",
            { } several => $" It mutes {Format.Count(several)} alerts that fire now.",
        };
        return $"The silence {created.Silence.Id} mutes {string.Join(", ", created.Silence.Matchers)} until "
            + $"{Format.Time(created.Silence.EndsAt)}.{firing} End it with 'streambert alerts silence expire {created.Silence.Id}'.";
    }
}
