using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Model.Training;
using StreamBert.Model.Training.FineTuning;
using StreamBert.Model.Training.Runs;

namespace StreamBert.Cli.Commands.Training.Search;

/// <summary>
/// Trains with each combination of hyper-parameters, and keeps the model that is best on the validation texts. An interrupted search
/// continues with the run that was interrupted.
/// </summary>
/// <param name="task">The task, with the output directory of the search.</param>
/// <param name="train">Trains one run: its task, its options and its name.</param>
internal sealed class HyperparameterSearch(
    TextTrainingTask task, Func<TextTrainingTask, FineTuneOptions, string, TextTrainingResult> train)
{
    private readonly SearchFiles _files = new(task.OutputDirectory);
    private readonly TrainingOutput _output = new(task.OutputDirectory, resume: false);

    /// <summary>Trains all runs.</summary>
    /// <param name="runs">The combinations with their options.</param>
    /// <returns>The results in the order of the combinations.</returns>
    /// <exception cref="CliException">
    /// An interrupted search is not to be continued, or had other data, options or combinations.
    /// </exception>
    public IReadOnlyList<SearchResult> Run(IReadOnlyList<(SearchPoint Point, FineTuneOptions Options)> runs)
    {
        var results = ReadInterrupted(runs);
        for (var run = results.Count + 1; run <= runs.Count; run++)
        {
            var (point, options) = runs[run - 1];
            Terminal.Error.WriteLine($"run {run} of {runs.Count}: {point.Name}");
            results.Add(Train(run, point, options));
            _files.Write(results);
            KeepBest(results);
        }
        _files.Complete(GetNumberOfBest(results));
        return results;
    }

    private SearchResult Train(int run, SearchPoint point, FineTuneOptions options)
    {
        _files.Delete(run); // of a search that was interrupted before it stored the result
        var directory = _files.GetDirectory(run);
        var result = train(
            task with
            {
                OutputDirectory = directory,
                Version = _output.Name,
                Resume = task.Resume && TrainingOutput.IsInterrupted(directory),
            },
            options,
            point.Name);
        var best = EpochResult.FindBest(result.Epochs)!;
        return new(point.Name, TextTrainer.ComputeFingerprint(task, options), best.Epoch, best.Validation!, result.Usage);
    }

    private void KeepBest(List<SearchResult> results)
    {
        var best = GetNumberOfBest(results);
        for (var run = 1; run <= results.Count; run++)
        {
            if (run != best)
                _files.Delete(run);
        }
    }

    private static int GetNumberOfBest(List<SearchResult> results) => results.IndexOf(SearchResult.FindBest(results)!) + 1;

    private List<SearchResult> ReadInterrupted(IReadOnlyList<(SearchPoint Point, FineTuneOptions Options)> runs)
    {
        var results = _files.Read();
        if (results.Count > 0 && !task.Resume)
        {
            throw new CliException($"{_files.ResultFile} has the results of an interrupted search; continue it with --resume, or delete "
                + "the file to start again.");
        }
        if (results.Count == 0 && task.Resume && !TrainingOutput.IsInterrupted(_files.GetDirectory(1)))
            throw new CliException($"There is no interrupted search to resume: {_files.ResultFile} does not exist.");
        var isSame = results.Count <= runs.Count && results.Zip(runs).All(pair =>
            pair.First.Name == pair.Second.Point.Name
            && pair.First.Fingerprint == TextTrainer.ComputeFingerprint(task, pair.Second.Options));
        return isSame ? results : throw new CliException(
            $"{_files.ResultFile}: the data, the base model, the options or the combinations of the interrupted search were others; give "
            + "the same, or delete the file to start again.");
    }
}
