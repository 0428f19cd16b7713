namespace StreamBert.Model.Training.FineTuning;

/// <summary>Creates the training examples of several heads: a text that several heads have labels for is one example.</summary>
internal static class ExampleBuilder
{
    /// <summary>Creates the examples of the training parts.</summary>
    public static List<TrainingExample> Create(IReadOnlyList<HeadPart> parts, FineTuneOptions options)
    {
        var examples = new List<TrainingExample>();
        var newest = new Dictionary<string, Dictionary<string, float[]>>(StringComparer.Ordinal);
        foreach (var (head, training, _) in parts)
        {
            var targets = new TargetBuilder([.. training.Select(static text => text.Label)], head.Labels.Count, options);
            foreach (var text in training)
            {
                // A text that occurs twice for a head has two examples.
                if (newest.TryGetValue(text.Source.Text, out var shared) && shared.TryAdd(head.Name, targets[text.Label])) continue;
                newest[text.Source.Text] = shared = new(StringComparer.Ordinal) { [head.Name] = targets[text.Label] };
                examples.Add(new TrainingExample(text.Ids, shared));
            }
        }
        return examples;
    }
}
