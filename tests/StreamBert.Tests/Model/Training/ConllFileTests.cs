using StreamBert.Model;
using StreamBert.Model.Training;

namespace StreamBert.Tests.Model.Training;

public sealed class ConllFileTests
{
    [Fact]
    public void Columns_between_tabs_or_spaces_and_tags_of_any_scheme_are_read_as_IOB2()
    {
        var sentences = Read("-DOCSTART- -X- O O\n\nU.N.\tB-ORG\nsays\tO\n\n\nSilicium NNP - I-ORG\nde IN - I-ORG\r\nloan NN - O\n");

        Assert.Equal(["U.N. says", "Silicium de loan"], sentences.Select(sentence => sentence.Text));
        Assert.Equal(["B-ORG", "O"], sentences[0].Tags);
        Assert.Equal(["B-ORG", "I-ORG", "O"], sentences[1].Tags);
    }

    [Theory]
    [InlineData("fine\tO\nalone\n", "line 2: 'alone' is no word with a tag")]
    [InlineData("fine\tO\n\nword\tPERSON\n", "line 3: 'PERSON' is no tag")]
    [InlineData("\n\n", "there is no sentence in it")]
    public void What_is_wrong_is_told_with_file_and_line(string content, string fault)
    {
        var message = Assert.Throws<ModelPackageException>(() => Read(content)).Message;

        Assert.Contains("data.conll", message, StringComparison.Ordinal);
        Assert.Contains(fault, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_or_not_text_is_named()
    {
        Assert.Contains("none.conll", Assert.Throws<ModelPackageException>(() => ConllFile.Read("none.conll")).Message, StringComparison.Ordinal);
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "data.conll");
        File.WriteAllBytes(path, [0x41, 0xFF, 0x09, 0x4F]);
        Assert.Contains("not UTF-8", Assert.Throws<ModelPackageException>(() => ConllFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ner_wnut17/train.conll", 3394, 660)]
    [InlineData("ner_wikigold/wikigold.conll", 1696, 0)]
    [InlineData("ner_sec_filings/train_FIN5.conll", 1164, 0)]
    public void Published_files_are_read_whole(string file, int sentences, int persons)
    {
        var read = ConllFile.Read(SharedData.Require(file));

        Assert.Equal(sentences, read.Count);
        Assert.Equal(persons, read.SelectMany(sentence => sentence.Tags).Count(tag => tag == "B-person"));
    }

    private static IReadOnlyList<TaggedSentence> Read(string content)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "data.conll");
        File.WriteAllText(path, content);
        return ConllFile.Read(path);
    }
}
