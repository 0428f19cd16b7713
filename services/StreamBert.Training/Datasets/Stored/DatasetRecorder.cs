using StreamBert.Privacy;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Training.Datasets.Stored;

/// <summary>Stores the labels of a run as an immutable data set, with the texts as the log may store them.</summary>
internal sealed class DatasetRecorder(DatasetStore store, PipelineCatalog pipelines, PrivacyFilter privacy, TimeProvider time)
{
    /// <returns>The hash of the data set.</returns>
    public string Record(string model, string parent, string version, ResolvedFeedback feedback, TrainingDataset dataset)
    {
        var evaluated = dataset.Feedback.HeldOut.Select(static text => (text.Text, text.Head)).ToHashSet();
        var rows = feedback.Labels.Select(label => (Row: CreateRow(label, evaluated), Subject: SubjectToSealFor(label))).ToList();
        var manifest = new DatasetManifest
        {
            Hash = DatasetStore.HashRows(rows.Select(static row => row.Row)),
            Model = model,
            Parent = parent,
            CreatedAt = time.GetUtcNow(),
            Training = rows.Count(static row => row.Row.Part == StoredLabel.TrainingPart),
            Evaluation = rows.Count(static row => row.Row.Part == StoredLabel.EvaluationPart),
            From = rows.Count == 0 ? null : rows.Min(static row => row.Row.OccurredAt),
            To = rows.Count == 0 ? null : rows.Max(static row => row.Row.OccurredAt),
            Labels = rows.GroupBy(static row => row.Row.Head).ToDictionary(
                static head => head.Key,
                static head => (IReadOnlyDictionary<string, int>)head.CountBy(static row => row.Row.Label).ToDictionary()),
            Annotators = rows.SelectMany(static row => row.Row.Annotators).CountBy(static annotator => annotator).ToDictionary(),
            Excluded = feedback.Excluded,
            Agreement = feedback.Agreement,
        };
        store.Write(manifest, rows, version, feedback.ErasedKeys);
        return manifest.Hash;
    }

    /// <summary>Removes the data sets of a model that no existing version was trained on.</summary>
    public void RemoveUnused(string model, IEnumerable<(string Model, string Version)> existing) =>
        store.RemoveUnused(model, existing.Where(version => version.Model == model).Select(static version => version.Version).ToHashSet());

    private StoredLabel CreateRow(LabelledFeedback label, HashSet<(string, string)> evaluated) => new()
    {
        Text = SubjectToSealFor(label) is null ? privacy.RedactorOf(label.Pipeline).Redact(label.Text).Text : label.Text,
        Head = label.Head,
        Label = label.Label,
        Annotators = label.Annotators,
        Pipeline = label.Pipeline,
        OccurredAt = label.OccurredAt,
        Group = label.Group,
        Part = evaluated.Contains((label.Text, label.Head)) ? StoredLabel.EvaluationPart : StoredLabel.TrainingPart,
    };

    /// <summary>Returns the subject if the pipeline seals its texts; else null.</summary>
    private string? SubjectToSealFor(LabelledFeedback label) =>
        pipelines.HasSubjectKeys(label.Pipeline) ? label.Subject : null;
}
