using StreamBert.Model;
using StreamBert.Model.Datasets;

namespace StreamBert.Tests.Model.Datasets;

public sealed class ConllFileTests
{
    [Fact]
    public void Tab_or_space_separated_columns_and_tags_of_any_scheme_are_read_as_IOB2()
    {
        var sentences = Read("-DOCSTART- -X- O O\n\nU.N.\tB-ORG\nsays\tO\n\n\nSilicium NNP - I-ORG\nde IN - I-ORG\r\nloan NN - O\n");

        Assert.Equal(["U.N. says", "Silicium de loan"], sentences.Select(static sentence => sentence.Text));
        Assert.Equal(["B-ORG", "O"], sentences[0].Tags);
        Assert.Equal(["B-ORG", "I-ORG", "O"], sentences[1].Tags);
    }

    [Theory]
    [InlineData("fine\tO\nalone\n", "line 2: 'alone' is not a word with a tag")]
    [InlineData("fine\tO\n\nword\tPERSON\n", "line 3: 'PERSON' is not a tag")]
    [InlineData("\n\n", "contains no sentence")]
    public void Malformed_lines_are_reported_with_file_and_line(string content, string fault)
    {
        var message = Assert.Throws<ModelPackageException>(() => Read(content)).Message;

        Assert.Contains("data.conll", message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ner_wnut17/train.conll", 3394, 660)]
    [InlineData("ner_wikigold/wikigold.conll", 1696, 0)]
    [InlineData("ner_sec_filings/train_FIN5.conll", 1164, 0)]
    public void Published_files_are_read_completely(string file, int sentences, int persons)
    {
        var read = ConllFile.Read(file, File.ReadLines(SharedData.Require(file)));

        Assert.Equal(sentences, read.Count);
        Assert.Equal(persons, read.SelectMany(static sentence => sentence.Tags).Count(static tag => tag == "B-person"));
    }

    private static IReadOnlyList<TaggedSentence> Read(string content)
        => ConllFile.Read("data.conll", content.ReplaceLineEndings("\n").Split('\n'));
}
