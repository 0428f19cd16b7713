using System.Text.Json;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Gateway.Live;

namespace StreamBert.Cli.Commands.Streams;

/// <summary>Formats live events, one line for each.</summary>
internal static class LiveLine
{
    /// <summary>The types that have a format of their own.</summary>
    public static IReadOnlyList<string> Types { get; } =
        [LiveEventTypes.Prediction, LiveEventTypes.AlertRaised, LiveEventTypes.AlertResolved];

    /// <param name="type">One of <see cref="LiveEventTypes"/>, or that of a message of the stream itself.</param>
    /// <param name="data">The event as JSON.</param>
    public static string Format(string type, string data) => type switch
    {
        LiveEventTypes.Prediction => Format(Read<TextClassified>(data)),
        LiveEventTypes.AlertRaised => Format(Read<AlertRaised>(data)),
        LiveEventTypes.AlertResolved => Format(Read<AlertResolved>(data)),
        _ => $"{type} {data}",
    };

    private static string Format(TextClassified text)
    {
        var heads = text.Heads.Select(static head => $"{head.Key} {head.Value.Label} {Output.Format.Number(head.Value.Confidence, "F2")}");
        return $"{Output.Format.Time(text.OccurredAt)} {text.Pipeline} [{string.Join(", ", heads)}] {text.Text ?? text.Id}";
    }

    private static string Format(AlertRaised alert) =>
        $"{Output.Format.Time(alert.UpdatedAt ?? alert.RaisedAt)} {alert.Series.Pipeline} alert {alert.Severity} {alert.Kind}: "
        + alert.Title;

    private static string Format(AlertResolved alert) =>
        $"{Output.Format.Time(alert.ResolvedAt)} {alert.Series.Pipeline} resolved {alert.Kind}: {alert.Id}";

    private static T Read<T>(string data) => JsonSerializer.Deserialize<T>(data, JsonSerializerOptions.Web)!;
}
