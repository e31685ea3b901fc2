console.log('tested')
