using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Streams;

/// <summary>Defines <c>send</c>, which sends texts to a running Gateway.</summary>
internal static class SendCommand
{
    private const int Invalid = 2;
    /// <summary>The texts from which on progress is shown.</summary>
    private const int MinimumReported = 500;

    private const string DefaultSource = "cli";
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    private static readonly TextInputOptionGroup Input = new("send");

    private static readonly Option<string?> Pipeline = new("--pipeline")
    {
        Description = "Pipeline of the texts. Default: the first one.",
    };

    private static readonly Option<string> Source = new("--source")
    {
        Description = "Source of the texts.",
        DefaultValueFactory = static _ => DefaultSource,
    };

    private static readonly Option<string?> Id = new("--id")
    {
        Description = "Column with the id. Without it each text is given a new id, so that a file that is sent twice counts twice.",
    };

    private static readonly Option<string?> Time = new("--time")
    {
        Description = "Column with the event time: ISO 8601, RFC 2822 or a number since 1970. Default: now.",
    };

    private static readonly Option<string?> Subject = new("--subject")
    {
        Description = "Column with the subject of the text (use a pseudonym).",
    };

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command(
            "send", "Send texts to a running Gateway. Texts that are refused are listed; all others are stored, and will be classified.")
        {
            Pipeline, Source, Id, Time, Subject, Json, access.Url, ApiKeyOption.File, LogAccess.Config,
        };
        Input.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, access, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, LogAccess access, CancellationToken cancellation)
    {
        using var client = access.CreateClient(parsed);
        var route = parsed.GetValue(Pipeline) is { } pipeline ? $"v1/texts?pipeline={Uri.EscapeDataString(pipeline)}" : "v1/texts";
        var progress = new ProgressThrottle(TimeProvider.System, ProgressInterval);
        RowSender<SentText> sender = null!;
        sender = new(client, route, static text => text.Location)
        {
            OnBatch = () => Report(progress, sender.Accepted),
        };
        await SendAsync(sender, ReadTexts(parsed, sender), cancellation);
        Terminal.ClearProgress();
        if (parsed.GetValue(Json))
            Terminal.WriteJson(new { sender.Accepted, sender.Refused });
        else
            Terminal.Out.WriteLine($"{Format.Count(sender.Accepted, "text")} sent, {Format.Count(sender.Refused)} refused.");
        return sender.Refused > 0 ? Invalid : 0;
    }

    private static void Report(ProgressThrottle progress, long sent)
    {
        if (sent >= MinimumReported)
            progress.Report(() => $"{Format.Count(sent)} texts sent", isLast: false);
    }

    private static async Task SendAsync(RowSender<SentText> sender, IEnumerable<SentText> texts, CancellationToken cancellation)
    {
        try
        {
            await sender.SendAsync(texts, cancellation);
        }
        catch (HttpRequestException e) when (sender.Accepted > 0)
        {
            throw new HttpRequestException($"{e.Message} {Format.Count(sender.Accepted)} texts were sent before.", e, e.StatusCode);
        }
    }

    private static IEnumerable<SentText> ReadTexts(ParseResult parsed, RowSender<SentText> sender)
    {
        var source = parsed.GetValue(Source);
        foreach (var line in Input.Open(parsed, Id, Time, Subject))
        {
            var location = line.Location ?? $"text {line.Number}";
            if (line.Text is null)
            {
                sender.Refuse(location, line.Fault ?? "it has no text");
                continue;
            }
            var text = new SentText { Location = location, Text = line.Text, Source = source };
            yield return line.Fields is [var id, var time, var subject]
                ? text with { Id = id, OccurredAt = time, Subject = subject }
                : text;
        }
    }
}
