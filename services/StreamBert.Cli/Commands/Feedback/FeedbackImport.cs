using StreamBert.Cli.Access;
using StreamBert.Cli.Files;

namespace StreamBert.Cli.Commands.Feedback;

/// <summary>Sends the labels of a file; rows that are refused are reported and left out.</summary>
/// <param name="client">The Gateway.</param>
/// <param name="file">The file.</param>
/// <param name="columns">Its columns.</param>
/// <param name="pipeline">The pipeline of all rows; null: that of the predictions.</param>
internal sealed class FeedbackImport(GatewayClient client, RowFile file, FeedbackColumns columns, string? pipeline)
{
    private readonly RowSender<FeedbackRow> _sender = new(client, "v1/feedback", row => $"'{file.Path}', {row.Location}");

    /// <inheritdoc cref="RowSender{T}.Accepted"/>
    public long Accepted => _sender.Accepted;

    /// <inheritdoc cref="RowSender{T}.Refused"/>
    public long Refused => _sender.Refused;

    /// <inheritdoc cref="RowSender{T}.SendAsync"/>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await _sender.SendAsync(ReadRows(), cancellation);
        }
        catch (HttpRequestException e)
        {
            throw new HttpRequestException(
                $"{e.Message} {Accepted} labels of '{file.Path}' are stored. Run the command again: labels that are stored already are "
                    + "replaced by themselves.", e, e.StatusCode);
        }
    }

    private IEnumerable<FeedbackRow> ReadRows()
    {
        foreach (var row in file.ReadRows())
        {
            var (feedback, fault) = FeedbackRow.Read(row, columns, pipeline);
            if (feedback is not null)
                yield return feedback;
            else
                _sender.Refuse($"'{file.Path}', {row.Location}", fault!);
        }
    }
}
