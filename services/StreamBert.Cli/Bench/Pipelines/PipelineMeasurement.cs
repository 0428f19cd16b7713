using StreamBert.Cli.Bench.Measuring;

namespace StreamBert.Cli.Bench.Pipelines;

/// <summary>Measures the throughput of the running service and of the bare engine, in rounds.</summary>
/// <param name="engineTime">The duration of a measurement of the bare engine.</param>
internal sealed class PipelineMeasurement(BenchmarkService service, EngineBenchmark engine, TimeSpan engineTime, TimeProvider time)
{
    public async Task<List<PipelineRound>> MeasureAsync(List<string> texts, int rounds, CancellationToken cancellation)
    {
        var measured = new List<PipelineRound>();
        foreach (var batch in texts.Chunk(texts.Count / rounds))
        {
            BenchmarkOutput.WriteProgress($"round {measured.Count + 1} of {rounds}");
            measured.Add(await MeasureRoundAsync(batch, measured.Count, cancellation));
        }
        return measured;
    }

    /// <summary>
    /// Measures the bare engine before and after the pipeline, so that a change in the speed of the machine favours neither.
    /// </summary>
    private async Task<PipelineRound> MeasureRoundAsync(string[] texts, int round, CancellationToken cancellation)
    {
        var before = await Task.Run(() => engine.MeasurePacked(engineTime), cancellation);
        var pipeline = await MeasurePipelineAsync(texts, round, cancellation);
        var after = await Task.Run(() => engine.MeasurePacked(engineTime), cancellation);
        return new(pipeline, (before.Texts + after.Texts) / 2);
    }

    /// <summary>Measures texts per second after the first tenth of the texts.</summary>
    private async Task<double> MeasurePipelineAsync(string[] texts, int round, CancellationToken cancellation)
    {
        var before = await service.CountPredictionsAsync(cancellation);
        await service.AppendAsync(texts, $"r{round}", cancellation);
        await service.WaitForPredictionsAsync(before + texts.Length / 10, cancellation);
        var (first, start) = (await service.CountPredictionsAsync(cancellation), time.GetTimestamp());
        await service.WaitForPredictionsAsync(before + texts.Length, cancellation);
        return (before + texts.Length - first) / time.GetElapsedTime(start).TotalSeconds;
    }
}
