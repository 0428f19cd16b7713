using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

public sealed class DawidSkeneTests
{
    /// <summary>
    /// Table 1 of Dawid and Skene (1979): the fitness of 45 patients for anaesthesia, as judged three times by observer 1 and once by each
    /// of the observers 2 to 5.
    /// </summary>
    private const string Patients =
        """
        111-1111 333-4334 112-2122 222-3121 222-3222 222-3322 122-2111 333-3433 222-2223 232-2223 444-4444 222-3343 111-1111 222-3212
        121-1111 111-2111 111-1111 111-1111 222-2221 222-1322 222-2222 222-2221 222-3222 221-2222 111-1111 111-1111 232-2222 111-1111
        111-1111 112-1121 111-1111 333-3233 111-1111 222-2222 222-3232 433-4343 221-2232 232-3233 333-3432 111-1111 111-1111 121-2111
        232-2222 121-1111 222-2222
        """;

    [Fact]
    public void The_published_data_have_the_published_prevalence()
    {
        var estimate = DawidSkene.Estimate(Published());

        Assert.Equal(["1", "2", "3", "4"], estimate.Labels);
        Assert.Equal([0.40, 0.42, 0.11, 0.07], estimate.Prevalence.Select(static share => Math.Round(share, 2)));
    }

    [Fact]
    public void An_observer_is_seen_to_confuse_what_the_paper_says()
    {
        var estimate = DawidSkene.Estimate(Published());

        // Tables 2 and 4 of the paper: observer 1 judges category 1 right in 0.89; observer 2 calls patients of category 2 often 3.
        Assert.Equal(0.89, estimate.ErrorRate("1", 0, 0), 0.01);
        Assert.True(estimate.ErrorRate("2", 1, 2) > 0.3);
        Assert.True(estimate.ErrorRate("3", 1, 2) < estimate.ErrorRate("2", 1, 2));
    }

    [Fact]
    public void Simulated_labels_and_errors_are_recovered_although_one_annotator_always_lies()
    {
        var random = new Random(3);
        double[] accuracies = [0.9, 0.8, 0.85, 0.0];
        var truth = Enumerable.Range(0, 600).Select(_ => random.Next(2)).ToArray();
        List<Annotation> annotations =
        [
            .. from item in truth.Index()
               from annotator in accuracies.Index()
               let label = random.NextDouble() < annotator.Item ? item.Item : 1 - item.Item
               select new Annotation(item.Index, $"{annotator.Index}", $"{label}"),
        ];

        var estimate = DawidSkene.Estimate(annotations);

        // The liar is as informative as an oracle: at least as many labels are right as he alone would give away.
        var right = truth.Index().Count(item => estimate.ProbabilitiesOf(item.Index)[item.Item] > 0.5);
        Assert.True(right >= 590, $"{right} of 600 are right");
        Assert.All(accuracies.Index(), annotator => Assert.Equal(annotator.Item, estimate.ErrorRate($"{annotator.Index}", 0, 0), 0.06));
    }

    private static List<Annotation> Published()
    {
        var patients = Patients.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(45, patients.Length);
        return
        [
            .. from patient in patients.Index()
               let parts = patient.Item.Split('-')
               from vote in parts[0].Select(static label => ("1", label)).Concat(parts[1].Index().Select(
                   static vote => ($"{vote.Index + 2}", vote.Item)))
               select new Annotation(patient.Index, vote.Item1, $"{vote.Item2}"),
        ];
    }
}
