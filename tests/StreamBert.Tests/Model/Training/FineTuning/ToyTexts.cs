using StreamBert.Model.Datasets;
using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Tests.Model.Training.FineTuning;

/// <summary>Creates texts of a language in which the word "good" or "bad" decides the mood, and "oil" or "bank" the topic.</summary>
internal static class ToyTexts
{
    public static HeadTexts CreateHead(string name, int count) =>
        new(name, name == "mood" ? ["bad", "good"] : ["bank", "oil"], Create(name, count), [], []);

    /// <summary>Creates texts that are all different.</summary>
    public static List<LabelledText> Create(string head, int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (mood, topic) = (random.Next(2) == 0 ? "good" : "bad", random.Next(2) == 0 ? "oil" : "bank");
            return new LabelledText($"the {mood} {topic} n{i / 100} n{i % 100} today", head, head == "mood" ? mood : topic);
        })];
    }
}
