using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamBert.Streaming.Log.Kafka.Clients;

namespace StreamBert.Streaming.Log.Kafka.Administration;

/// <summary>Creates missing topics, or has the brokers create them.</summary>
internal sealed class KafkaTopicCreator(IAdminClient admin, KafkaClients clients)
{
    public async Task<bool> CreateAsync(List<TopicSpec> topics, TimeSpan timeout)
    {
        if (!clients.Settings.CreateTopics)
            return await TriggerAutoCreationAsync(topics, timeout);
        try
        {
            await admin.CreateTopicsAsync(topics.Select(ToSpecification), new() { RequestTimeout = timeout });
        }
        catch (CreateTopicsException e) when (e.Results.All(static r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            clients.Logger.LogDebug("Another process created the same topics at the same time");
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion)
        {
            return await TriggerAutoCreationAsync(topics, timeout);
        }

        return true;
    }

    /// <summary>Requests the metadata of each topic by name: brokers that create topics automatically do so then.</summary>
    private async Task<bool> TriggerAutoCreationAsync(List<TopicSpec> topics, TimeSpan timeout)
    {
        clients.Logger.LogInformation(
            "Waiting for {Count} topics that the brokers or their administrator create: {Topics}",
            topics.Count, topics.Select(static t => t.Name));
        await BlockingCalls.RunAsync(() => topics.Select(t => admin.GetMetadata(t.Name, timeout)).ToList());
        return true;
    }

    private TopicSpecification ToSpecification(TopicSpec topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.Partitions,
        ReplicationFactor = clients.Settings.Replicas > 0 ? clients.Settings.Replicas : (short)-1,
        Configs = new()
        {
            ["retention.ms"] = ToSetting((long?)topic.MaxAge?.TotalMilliseconds),
            ["retention.bytes"] = ToSetting(topic.MaxBytes),
            ["max.message.bytes"] = ToSetting(KafkaSettings.MaxMessageBytes),
        },
    };

    private static string ToSetting(long? value) => (value ?? -1).ToString(CultureInfo.InvariantCulture);
}
