using System.Text;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Commands.Texts;
using StreamBert.Model.Tokenization;
using StreamBert.Model.Tokenization.WordPiece;

namespace StreamBert.Tests.Cli.Commands.Texts;

public sealed class LineTokenizerTests
{
    private static readonly WordPieceTokenizer Tokenizer = new(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "oil", "falls"],
        lowercase: true,
        collapseUrls: false);

    [Fact]
    public void Every_line_has_an_output_line_in_order_with_ids_and_offsets_or_an_error()
    {
        TextLine[] lines = [new(1, "Oil falls", null), new(2, null, "it is not UTF-8"), new(3, "", null), new(4, "oil oil oil", null)];
        using var output = new MemoryStream();

        var unreadable = new LineTokenizer(Tokenizer, maxTokens: 4, output).Run(lines, TestContext.Current.CancellationToken);

        Assert.Equal(1, unreadable);
        Assert.Equal("""
            {"ids":[2,5,6,3],"offsets":[[0,0],[0,3],[4,9],[0,0]],"truncated":false}
            {"line":2,"error":"Line 2 cannot be read: it is not UTF-8."}
            {"ids":[2,3],"offsets":[[0,0],[0,0]],"truncated":false}
            {"ids":[2,5,5,3],"offsets":[[0,0],[0,3],[4,7],[0,0]],"truncated":true}

            """.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public void Memory_stays_constant_for_any_number_of_lines()
    {
        var lines = Enumerable.Repeat(new TextLine(1, "oil falls oil falls", null), 20_000);
        var tokenizer = new LineTokenizer(Tokenizer, 64, Stream.Null);
        tokenizer.Run(lines.Take(10), TestContext.Current.CancellationToken);

        var before = GC.GetAllocatedBytesForCurrentThread();
        tokenizer.Run(lines, TestContext.Current.CancellationToken);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024);
    }
}
