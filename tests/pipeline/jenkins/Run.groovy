// Runs a declarative Jenkinsfile under JenkinsPipelineUnit, with `sh` in a real shell: Run.groovy FOLDER JENKINSFILE
// Prints STAGE for each stage that runs, ARCHIVED, and RESULT.
import com.lesfurets.jenkins.unit.BasePipelineTest

class Started {
  String by

  List getBuildCauses(String type) { by && type == 'hudson.model.Cause$UserIdCause' ? [[userId: by]] : [] }
}

class Build extends BasePipelineTest {
  File folder
  Map<String, Object> variables
  boolean wanted = true
  Throwable failure

  void run(String file) {
    scriptRoots = [folder.path] as String[]
    baseScriptRoot = folder.path
    scriptExtension = ''
    setUp()
    variables = new HashMap<String, Object>(System.getenv())
    binding.setVariable('env', variables)
    // STARTED_BY names the person who has started the build.
    binding.setVariable('currentBuild', new Started(by: variables.STARTED_BY))
    // This version of JenkinsPipelineUnit does not support the declarative blocks.
    ['pipeline', 'agent', 'kubernetes', 'options', 'parameters', 'script', 'always'].each { name ->
      helper.registerAllowedMethod(name, [Closure], { Closure body -> body() })
    }
    helper.registerAllowedMethod('environment', [Closure], { Closure body ->
      def set = [env: variables]
      body.delegate = set
      body.resolveStrategy = Closure.DELEGATE_FIRST
      body()
      variables.putAll(set.findAll { it.key != 'env' })
    })
    // Jenkins runs `post` after a failure too.
    helper.registerAllowedMethod('stages', [Closure], { Closure body ->
      try { body() } catch (Exception why) { failure = why }
    })
    helper.registerAllowedMethod('post', [Closure], { Closure body -> body() })
    helper.registerAllowedMethod('stage', [String, Closure], { String name, Closure body ->
      wanted = true
      stage = name
      body()
    })
    helper.registerAllowedMethod('when', [Closure], { Closure body -> body() })
    helper.registerAllowedMethod('allOf', [Closure], { Closure body -> body() })
    helper.registerAllowedMethod('environment', [Map], { Map it -> wanted &= variables[it.name] == it.value })
    helper.registerAllowedMethod('branch', [String], { String name -> wanted &= variables.BRANCH_NAME == name })
    helper.registerAllowedMethod('steps', [Closure], { Closure body ->
      if (!wanted) { return }
      println "STAGE ${stage}"
      body()
    })
    ['yamlFile', 'defaultContainer', 'serviceAccount'].each { name ->
      helper.registerAllowedMethod(name, [String], { it -> println "AGENT ${name} ${it}" })
      helper.registerAllowedMethod(name, [GString], { it -> println "AGENT ${name} ${it}" })
    }
    ['timeout', 'choice'].each { name -> helper.registerAllowedMethod(name, [Map], { Map it -> }) }
    helper.registerAllowedMethod('disableConcurrentBuilds', [], { })
    helper.registerAllowedMethod('logRotator', [Map], { Map it -> it })
    helper.registerAllowedMethod('buildDiscarder', [Map], { Map it -> })
    helper.registerAllowedMethod('sh', [String], { String it -> shell(it) })
    helper.registerAllowedMethod('sh', [Map], { Map it -> shell(it.script) })
    helper.registerAllowedMethod('archiveArtifacts', [Map], { Map it -> println "ARCHIVED ${it.artifacts}" })
    loadScript(file).run()
    println failure ? "RESULT failure" : 'RESULT success'
    if (failure) { println failure.message }
  }

  String stage

  // Runs `sh -xe` as Jenkins does. Returns the output; an exit code other than 0 fails the build.
  String shell(String script) {
    def builder = new ProcessBuilder('sh', '-xe', '-c', script).directory(folder).redirectError(ProcessBuilder.Redirect.INHERIT)
    builder.environment().clear()
    variables.each { name, value -> builder.environment().put(name, value.toString()) }
    def process = builder.start()
    process.outputStream.close()
    def text = process.inputStream.text
    print text
    if (process.waitFor() != 0) { throw new Exception("script returned exit code ${process.exitValue()}: ${script}") }
    return text
  }
}

new Build(folder: new File(args[0])).run(args[1])
