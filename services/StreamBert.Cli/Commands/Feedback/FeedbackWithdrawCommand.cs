using System.CommandLine;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Feedback;

/// <summary>Defines <c>feedback withdraw</c>, which withdraws the label of a text through a running Gateway.</summary>
internal static class FeedbackWithdrawCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "Id of the text." };

    private static readonly Option<string?> Head = new("--head")
    {
        Description = "Head whose label is withdrawn. Default: all that the annotator has labelled.",
    };

    private static readonly Option<string?> Pipeline = new("--pipeline")
    {
        Description = "Pipeline of the text. Default: all in which the annotator has labelled it.",
    };

    private static readonly Option<string?> Annotator = new("--annotator")
    {
        Description = "Who gave the label; another one than the key of the request requires the role annotate-as. Default: the key.",
    };

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create()
    {
        var access = new LogAccess();
        var command = new Command("withdraw", "Withdraw the label of a text: from now on it is as if it had not been given.")
        {
            Id, Head, Pipeline, Annotator, Json, access.Url, ApiKeyOption.File, LogAccess.Config,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, access, cancellation));
        return command;
    }

    private static async Task RunAsync(ParseResult parsed, LogAccess access, CancellationToken cancellation)
    {
        var id = parsed.GetValue(Id)!;
        if (id.Length == 0)
            throw new CliException("The id is empty; give the id of the text.");
        var query = QueryString.Create(new Dictionary<string, string?>
        {
            ["head"] = parsed.GetValue(Head),
            ["pipeline"] = parsed.GetValue(Pipeline),
            ["annotator"] = parsed.GetValue(Annotator),
        }.Where(static parameter => parameter.Value is not null));
        using var client = access.CreateClient(parsed);
        var response = await client.DeleteAsync<WithdrawnHeads>($"v1/feedback/{Uri.EscapeDataString(id)}{query}", cancellation);
        if (parsed.GetValue(Json))
            Terminal.WriteJson(response);
        else
            Terminal.Out.WriteLine(Describe(id, response.Withdrawn));
    }

    private static string Describe(string id, IReadOnlyList<string> heads) => heads is [var head]
        ? $"The label of '{id}' on {head} is withdrawn." : $"The labels of '{id}' on {string.Join(", ", heads)} are withdrawn.";

    /// <summary>The response of the Gateway.</summary>
    private sealed record WithdrawnHeads(IReadOnlyList<string> Withdrawn);
}
