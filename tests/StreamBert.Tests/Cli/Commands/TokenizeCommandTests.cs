using System.Text;
using StreamBert.Cli.Commands;
using StreamBert.Cli.Files;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Cli.Commands;

public sealed class TokenizeCommandTests
{
    private static readonly WordPieceTokenizer Tokenizer = new(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "oil", "falls"],
        lowercase: true,
        collapseUrls: false);

    [Fact]
    public void Every_line_is_answered_in_order_with_ids_and_places_or_why_it_cannot_be()
    {
        TextLine[] lines = [new(1, "Oil falls", null), new(2, null, "it is not UTF-8"), new(3, "", null), new(4, "oil oil oil", null)];
        using var output = new MemoryStream();

        var unreadable = TokenizeCommand.Write(lines, Tokenizer, maxTokens: 4, output, TestContext.Current.CancellationToken);

        Assert.Equal(1, unreadable);
        Assert.Equal("""
            {"ids":[2,5,6,3],"offsets":[[0,0],[0,3],[4,9],[0,0]],"truncated":false}
            {"line":2,"error":"Line 2 cannot be read: it is not UTF-8."}
            {"ids":[2,3],"offsets":[[0,0],[0,0]],"truncated":false}
            {"ids":[2,5,5,3],"offsets":[[0,0],[0,3],[4,7],[0,0]],"truncated":true}

            """.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Memory_stays_flat_however_many_lines_come()
    {
        var lines = Enumerable.Repeat(new TextLine(1, "oil falls oil falls", null), 20_000);
        TokenizeCommand.Write(lines.Take(10), Tokenizer, 64, Stream.Null, TestContext.Current.CancellationToken);

        var before = GC.GetAllocatedBytesForCurrentThread();
        TokenizeCommand.Write(lines, Tokenizer, 64, Stream.Null, TestContext.Current.CancellationToken);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }
}
