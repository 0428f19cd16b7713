using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.Access;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Cli.Output;

namespace StreamBert.Cli.Commands.Feedback;

/// <summary>
/// Defines <c>feedback</c> and its command <c>import</c>, which sends the labels of a file to a running Gateway.
/// </summary>
internal static class FeedbackCommand
{
    private const int Invalid = 2;

    private static readonly Argument<string> File = new("file")
    {
        Description = "File with a label in each row: .csv, .tsv, .jsonl or .json, optionally with .gz.",
    };

    private static readonly Option<string?> Pipeline = new("--pipeline")
    {
        Description = "Pipeline of the texts. Default: that of their predictions.",
    };

    private static readonly Option<string?> Id = new("--id")
    {
        Description = "Column with the id of the text. Default: id, if there is such a column.",
    };

    private static readonly Option<string?> Text = new("--text")
    {
        Description = "Column with the text, for texts that were not classified. Default: detected by its name if there is no id.",
    };

    private static readonly Option<string?> Head = new("--head")
    {
        Description = "Column with the head, or the head of all rows if there is no such column. Default: head.",
    };

    private static readonly Option<string?> Label = new("--label")
    {
        Description = "Column with the label. Default: detected by its name.",
    };

    private static readonly Option<string?> Annotator = new("--annotator")
    {
        Description = "Column with the annotator; requires the role annotate-as. Default: annotator if there is such a column, else the "
            + "key of the request.",
    };

    private static readonly Option<bool> Json = JsonOption.Create();

    public static Command Create() =>
        new("feedback", "Send the correct labels of texts, or withdraw them.") { CreateImport(), FeedbackWithdrawCommand.Create() };

    private static Command CreateImport()
    {
        var (access, dialect) = (new LogAccess(), new FileDialectOptionGroup());
        var command = new Command("import", "Send the labels of a file. Rows that are refused are listed; all others are stored.")
        {
            File, Pipeline, Id, Text, Head, Label, Annotator, Json, access.Url, ApiKeyOption.File, LogAccess.Config,
        };
        dialect.AddTo(command);
        command.SetAction((parsed, cancellation) => RunAsync(parsed, access, dialect, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, LogAccess access, FileDialectOptionGroup dialect, CancellationToken cancellation)
    {
        var rows = RowFile.Open(parsed.GetValue(File)!, allowPlainText: false, dialect.Read(parsed));
        TextInputOptionGroup.ReportDetectedFormat(rows);
        var columns = FeedbackColumns.Find(
            rows, parsed.GetValue(Id), parsed.GetValue(Text), parsed.GetValue(Head), parsed.GetValue(Label), parsed.GetValue(Annotator));
        using var client = access.CreateClient(parsed);
        var import = new FeedbackImport(client, rows, columns, parsed.GetValue(Pipeline));
        await import.RunAsync(cancellation);
        parsed.Write(Json, new { import.Accepted, import.Refused }, static sent => Terminal.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{sent.Accepted:N0} labels stored, {sent.Refused:N0} rows refused.")));
        return import.Refused > 0 ? Invalid : 0;
    }
}
